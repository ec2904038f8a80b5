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
ATTRIBUTES = _documented("Customize attribute mappings", "customize-application-attributes")
ON_DEMAND = _documented("On-demand provisioning", "provision-on-demand")
LOGS = Citation(
    "Microsoft: Provisioning logs",
    "https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs",
    Evidence.DOCUMENTED,
)
VALIDATOR = Citation("Microsoft SCIM Validator", _LEARN + "scim-validator-tutorial", Evidence.VALIDATOR)
LOGIC_APP = Citation(
    "Microsoft: SCIM validation Logic App (SCIMReferenceCode)",
    _REFERENCE + "tree/master/Microsoft.SCIM.LogicAppValidationTemplate",
    Evidence.MICROSOFT_CODE,
)
CLIENT_CODE = Citation(
    "Microsoft: SCIMReferenceCode, Protocol/Query.cs",
    _REFERENCE + "blob/master/Microsoft.SystemForCrossDomainIdentityManagement/Protocol/Query.cs",
    Evidence.MICROSOFT_CODE,
)
POSTMAN = Citation(
    "Microsoft: SCIMReferenceCode, PostmanCollection.json",
    _REFERENCE + "blob/master/PostmanCollection.json",
    Evidence.MICROSOFT_CODE,
)

PROBE_404 = issue("jelhub/scimgateway#18")
NO_USER_AGENT = issue("kortix-ai/suna#7297")
FILTER_IGNORED = issue("eneo-ai/eneo#443")
FILTER_CASE = issue("zulip/zulip#21758")
FILTER_ESCAPES = issue("Captain-P-Goldfish/SCIM-SDK#913")
INACTIVE_HIDDEN = issue("ssoready/ssoready#155")
DUPLICATE_ACCEPTED = issue("grokability/snipe-it#13854")
NO_TARGET = issue("Captain-P-Goldfish/SCIM-SDK#416")
OP_CASE = issue("langwatch/langwatch#6972")
FALSE_STRING = issue("scimmyjs/scimmy#86")
LOWER_FALSE = issue("scimmyjs/scimmy#86")
PATHLESS_ACTIVE = issue("ssoready/ssoready#206")
DOTTED_KEYS = issue("thomaspoignant/scim-patch#132")
URN_KEYS = issue("Captain-P-Goldfish/SCIM-SDK#193")
SIBLINGS = issue("Captain-P-Goldfish/SCIM-SDK#668")
NO_CHANGE = issue("better-auth/better-auth#8549")
RENAME = issue("Captain-P-Goldfish/SCIM-SDK#106")
REFUSES_INACTIVE = Citation(
    "Microsoft Q&A 1185756", "https://learn.microsoft.com/answers/questions/1185756", Evidence.OBSERVED
)
DELETE_500 = issue("getprobo/probo#1277")
TOMBSTONE = issue("kirodotdev/Kiro#10711")
MEMBERS_RETURNED = issue("Infisical/infisical#6525")
MEMBERS_NEVER = issue("graphql-hive/console#8352")
MEMBER_TWICE = issue("simpleidserver/SimpleIdServer#245")
GROUP_EMPTIED = issue("simpleidserver/SimpleIdServer#164")
MEMBER_FILTER = issue("pydantic/logfire#2356")
RENAME_EMPTIES = issue("langwatch/langwatch#7131")
MEMBER_UNKNOWN = issue("lightdash/lightdash#24458")
MEMBER_DELETED = issue("Budibase/budibase#17175")
MANY_MEMBERS = issue("FusionAuth/fusionauth-issues#2784")
OTHER_GROUP = issue("grokability/snipe-it#19493")
EXTERNAL_ID = issue("simpleidserver/SimpleIdServer#208")
EMAIL_FILTER = issue("FusionAuth/fusionauth-issues#2456")
CLIENT_NULLS = TUTORIAL
UPSERT = Citation("Microsoft Q&A 1373350", "https://learn.microsoft.com/answers/questions/1373350", Evidence.OBSERVED)
REMOVE_UPDATES = issue("AzureAD/SCIMReferenceCode#87")
NESTED_EXTENSION = issue("fleetdm/fleet#42678")
CORE_URN = issue("zulip/zulip#39773")
MANAGER_STRING = issue("Captain-P-Goldfish/SCIM-SDK#686")
MANAGER_POST = issue("apache/directory-scimple#1242")
MANAGER_RESENT = issue("MicrosoftDocs/azure-docs#11784")
MANAGER_FILTER = issue("thomaspoignant/scim-patch#453")
ROLES_JSON = issue("MicrosoftDocs/azure-docs#50772")
TOMBSTONE_NAME = issue("onyx-dot-app/onyx#14074")
SLASHES = issue("AzureAD/SCIMReferenceCode#44")
CHARSET = issue("jelhub/scimgateway#22")
PARTIAL = issue("Captain-P-Goldfish/SCIM-SDK#200")
CHECKLIST = Citation(
    "Microsoft: Entra app gallery validation checklist (SCIMReferenceCode)",
    _REFERENCE + "blob/master/Entra-AppGallery-AI-Validation-Checklist.md",
    Evidence.MICROSOFT_CODE,
)
STALE_BODY = issue("Captain-P-Goldfish/SCIM-SDK#188")
RENAME_TAKEN = issue("simpleidserver/SimpleIdServer#928")
REFERENCE_QUERY = TUTORIAL
