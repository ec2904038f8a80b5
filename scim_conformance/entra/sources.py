"""Microsoft's documentation and code, and the field reports, that the scenarios cite. Read up to `FACTS_AS_OF`."""

from scim_conformance.scenario.citations import Citation, Evidence, issue

_LEARN = "https://learn.microsoft.com/entra/identity/app-provisioning/"
_REFERENCE = "https://github.com/AzureAD/SCIMReferenceCode/"


def _documented(title: str, page: str) -> Citation:
    return Citation(f"Microsoft: {title}", _LEARN + page, Evidence.DOCUMENTED)


TUTORIAL = _documented("Develop and plan provisioning for a SCIM endpoint", "use-scim-to-provision-users-and-groups")
COMPATIBILITY = _documented(
    "Known issues and resolutions with SCIM 2.0 protocol compliance",
    "application-provisioning-config-problem-scim-compatibility",
)
HOW = _documented("How application provisioning works", "how-provisioning-works")
KNOWN = _documented("Known issues for application provisioning", "known-issues")
QUARANTINE = _documented("Application provisioning in quarantine status", "application-provisioning-quarantine-status")
"""Also: a failed change is retried 6, 12 and 24 hours after the first failure, then daily, for 28 days."""
RETRIED = "Entra retries after 6, 12 and 24 hours, then daily for up to 28 days"
"""For a failed request; from `QUARANTINE`, which adds that individual connectors may differ."""
RESENT = "Entra sends it again only when the object changes or all users are evaluated again"
"""For a value that was stored incorrectly: cycles process only changed objects; from `HOW`."""
LOGS = Citation(
    "Microsoft: Analyze the Microsoft Entra provisioning logs",
    "https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs",
    Evidence.DOCUMENTED,
)
DISCOVERY = _documented("Account Discovery", "how-to-account-discovery")
"""From 2026-05: lists every user of the target, in pages according to RFC 7644 section 3.4.2.4."""
ATTRIBUTES = _documented("Customize attribute mappings", "customize-application-attributes")
ON_DEMAND = _documented("On-demand provisioning", "provision-on-demand")
VALIDATOR = Citation("Microsoft SCIM Validator", _LEARN + "scim-validator-tutorial", Evidence.VALIDATOR)
LOGIC_APP = Citation(
    "Microsoft: SCIM validation Logic App (SCIMReferenceCode)",
    _REFERENCE + "tree/master/Microsoft.SCIM.LogicAppValidationTemplate",
    Evidence.MICROSOFT_CODE,
)
POSTMAN = Citation(
    "Microsoft: SCIMReferenceCode, PostmanCollection.json",
    _REFERENCE + "blob/master/PostmanCollection.json",
    Evidence.MICROSOFT_CODE,
)

NO_TARGET = issue("Captain-P-Goldfish/SCIM-SDK#416")
LOWER_FALSE = issue("scimmyjs/scimmy#86")
PATHLESS_ACTIVE = issue("ssoready/ssoready#206")
ACTIVE_ADDED = issue("rancher/rancher#54025")
"""`Add` on `active`, to disable; the user stayed active. Reported again as rancher/rancher#54869."""
ADDED_PATHLESS = issue("pond/scimitar#123")
"""One `add` without a path for several attributes, with dotted keys and URNs as keys."""
EXTENSION_ADDED = issue("grokability/snipe-it#19095")
"""An `add` without a path whose key is the URN of an extension; also grokability/snipe-it#19115."""
DOTTED_KEYS = issue("thomaspoignant/scim-patch#132")
REFUSES_INACTIVE = Citation(
    "Microsoft Q&A 1185756", "https://learn.microsoft.com/answers/questions/1185756", Evidence.UNCONFIRMED
)
TOMBSTONE = issue("Unleash/unleash#9190")
PERCENT_SPACE = issue("grokability/snipe-it#19090")
MEMBERS_RETURNED = issue("Infisical/infisical#6525")
MEMBERS_NEVER = issue("graphql-hive/console#8352")
MEMBER_TWICE = issue("Infisical/infisical#6471")
MEMBERS_AT_ONCE = MEMBER_TWICE
REMOVALS_AT_ONCE = issue("FusionAuth/fusionauth-issues#2834")
"""Several members removed in one PATCH."""
OTHERS_OF_GROUP = issue("FusionAuth/fusionauth-issues#3273")
"""A member change wrote the whole group."""
DISABLED_MEMBER = issue("pulumi/docs#13236")
NESTED_GROUP = issue("BerriAI/litellm#34997")
"""A group's id as a member became an account. Whether Entra sends nested groups: Microsoft, 2019, in
Azure/AzureAD-BYOA-Provisioning-Samples#26."""
MEMBER_CREATED = issue("BerriAI/litellm#17420")
"""A member who had no account got one from the membership alone, also where Entra had not assigned the user."""
EMPTY_MEMBERS = Citation("pranems/SCIMServer", "https://github.com/pranems/SCIMServer", Evidence.OBSERVED)
"""`"members": []` in the creation of a group, from Microsoft's onboarding bot."""
NO_CHANGE = issue("better-auth/better-auth#8549")
GROUP_LINKED = issue("rancher/rancher#55776")
"""An existing group is linked: `Add` on externalId."""
GROUP_EMPTIED = issue("simpleidserver/SimpleIdServer#164")
MEMBER_FILTER = COMPATIBILITY
MEMBER_DELETED = issue("Budibase/budibase#17175")
MANY_MEMBERS = issue("FusionAuth/fusionauth-issues#2784")
EXTERNAL_ID = TUTORIAL
"""Its mapping of groups, and its requirement to return values exactly as they were sent."""
EMAIL_FILTER = issue("FusionAuth/fusionauth-issues#2456")
COUNTRY = Citation("Microsoft Q&A 2747", "https://learn.microsoft.com/answers/questions/2747", Evidence.OBSERVED)
"""A target that refuses `USA` with 400, as RFC 7643 section 4.1.2 allows; the answer there is a Switch in the
mapping."""
NO_MAIL = issue("smallstep/docs#537")
"""A user without a mailbox gets no account."""
UPSERT = issue("Captain-P-Goldfish/SCIM-SDK#680")
REMOVE_UPDATES = issue("AzureAD/SCIMReferenceCode#87")
NESTED_EXTENSION = issue("fleetdm/fleet#42678")
CORE_URN = issue("zulip/zulip#39773")
MANAGER_STRING = issue("MicrosoftDocs/azure-docs#73842")
MANAGER_POST = issue("apache/directory-scimple#1242")
MANAGER_RESENT = issue("MicrosoftDocs/azure-docs#11784")
MANAGER_FILTER = issue("thomaspoignant/scim-patch#453")
ROLE_VALUE = issue("MicrosoftDocs/entra-docs#391")
"""A role with `primary` and `type` alone."""
ROLES_JSON = issue("MicrosoftDocs/azure-docs#50772")
TOMBSTONE_NAME = issue("onyx-dot-app/onyx#14074")
INNER_HOST = issue("jelhub/scimgateway#110")
"""Location and meta.location name a host of the vendor's network."""
NULL_RESOURCES = issue("buildbuddy-io/buildbuddy#5774")
"""`"Resources": null` in an empty list: Test Connection failed; also elimity-com/scim#127."""
STRAYS = issue("simpleidserver/SimpleIdServer#595")
"""What a PATCH sets appears in `name` and in each e-mail address too."""
SLASHES = issue("AzureAD/SCIMReferenceCode#44")
CHECKLIST = Citation(
    "Microsoft: Entra app gallery validation checklist (SCIMReferenceCode)",
    _REFERENCE + "blob/master/Entra-AppGallery-AI-Validation-Checklist.md",
    Evidence.MICROSOFT_CODE,
)
GALLERY = Citation(
    "Microsoft: Requirements for user provisioning in the app gallery",
    "https://learn.microsoft.com/entra/identity/enterprise-apps/app-gallery-user-provisioning-requirements",
    Evidence.DOCUMENTED,
)
"""At least 25 requests per second for each tenant, among others."""
RATE = GALLERY
TAKEN_OVER = issue("eneo-ai/eneo#443")
EXTERNAL_ID_500 = issue("snapotter-hq/SnapOtter#1007")
BOOLEAN_FILTER = Citation("pranems/SCIMServer", "https://github.com/pranems/SCIMServer", Evidence.OBSERVED)
PASSWORD_SCHEMA = issue("scimmyjs/scimmy-routers#10")
STALE_BODY = issue("Captain-P-Goldfish/SCIM-SDK#188")
RENAME_TAKEN = issue("simpleidserver/SimpleIdServer#928")
REFERENCE_QUERY = TUTORIAL
CONFLICT_WRITES = issue("lightdash/lightdash#22402")
"""A creation that is refused with 409 deletes the link of the account that is there."""
ROLES_LOST = issue("lightdash/lightdash#17494")
"""A user who is disabled loses the role, and does not get it back."""
ROLE_AGAIN = issue("lightdash/lightdash#23037")
"""Entra adds a role that the user has: 400."""
