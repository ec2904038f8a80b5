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
DOTTED_KEYS = issue("thomaspoignant/scim-patch#132")
REFUSES_INACTIVE = Citation(
    "Microsoft Q&A 1185756", "https://learn.microsoft.com/answers/questions/1185756", Evidence.OBSERVED
)
TOMBSTONE = issue("kirodotdev/Kiro#10711")
MEMBERS_RETURNED = issue("Infisical/infisical#6525")
MEMBERS_NEVER = issue("graphql-hive/console#8352")
MEMBER_TWICE = issue("simpleidserver/SimpleIdServer#245")
GROUP_EMPTIED = issue("simpleidserver/SimpleIdServer#164")
MEMBER_FILTER = issue("pydantic/logfire#2356")
RENAME_EMPTIES = issue("langwatch/langwatch#7131")
MEMBER_UNKNOWN = issue("lightdash/lightdash#24458")
MEMBERS_LOCAL = Citation(
    "Microsoft Q&A 2278290", "https://learn.microsoft.com/answers/questions/2278290", Evidence.OBSERVED
)
MEMBER_DELETED = issue("Budibase/budibase#17175")
MANY_MEMBERS = issue("FusionAuth/fusionauth-issues#2784")
EXTERNAL_ID = issue("simpleidserver/SimpleIdServer#208")
EMAIL_FILTER = issue("FusionAuth/fusionauth-issues#2456")
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
CHECKLIST = Citation(
    "Microsoft: Entra app gallery validation checklist (SCIMReferenceCode)",
    _REFERENCE + "blob/master/Entra-AppGallery-AI-Validation-Checklist.md",
    Evidence.MICROSOFT_CODE,
)
RATE = TUTORIAL
"""Its requirement for gallery applications: at least 25 requests a second for each tenant."""
TAKEN_OVER = issue("eneo-ai/eneo#443")
EXTERNAL_ID_500 = issue("snapotter-hq/SnapOtter#1007")
BOOLEAN_FILTER = Citation("pranems/SCIMServer", "https://github.com/pranems/SCIMServer", Evidence.OBSERVED)
PASSWORD_SCHEMA = issue("scimmyjs/scimmy-routers#10")
STALE_BODY = issue("Captain-P-Goldfish/SCIM-SDK#188")
RENAME_TAKEN = issue("simpleidserver/SimpleIdServer#928")
REFERENCE_QUERY = TUTORIAL
