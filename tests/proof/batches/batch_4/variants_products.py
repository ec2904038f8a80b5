"""Fourth batch: several legal differences at once, in the likeness of products as their documents describe them.

The likeness is of kinds of answers, not of a product's faults: what its documents have against the note is left out.
"""

from importlib import import_module

from scim_conformance.demo.app import Around
from scim_conformance.demo.choices import VARIANTS
from tests.proof.batches.batch_3.variants_store import FRESH_VARIANTS
from tests.proof.batches.batch_4.store import FOURTH_VARIANTS, right, stacked

for _theme in ("members", "service", "values"):
    import_module(f"tests.proof.batches.batch_4.variants_{_theme}")


def _parts(*names: str) -> list[Around]:
    known = {**VARIANTS, **FRESH_VARIANTS, **FOURTH_VARIANTS}
    return [known[name].around for name in names]


LIKENESSES: dict[str, tuple[str, tuple[str, ...]]] = {
    # “Supported SCIM operations”: no members in reads, 100 members a request, one e-mail, names required.
    "like-aws-identity-center": (
        "AWS IAM Identity Center SCIM developer guide",
        ("members-by-filter", "names-required", "one-email", "hundred-a-request", "small-pages", "patch-200-of-users"),
    ),
    # SCIM API of Slack: profile extension, primary values, members with display, limits.
    "like-slack": (
        "Slack SCIM API reference",
        ("extra-attributes", "primary-chosen", "members-told", "thirty-a-second", "user-groups", "gateway-headers"),
    ),
    # “SCIM for Enterprise Managed Users”: externalId and e-mails are required, roles are a closed list.
    "like-github-emu": (
        "GitHub REST API, SCIM for Enterprise Managed Users",
        ("external-id-required", "emails-required", "roles-known-only", "members-told", "patch-200", "populated"),
    ),
    # Atlassian user provisioning API: an extension of its own, PATCH answers 200, everything is unique by e-mail.
    "like-atlassian": (
        "Atlassian User provisioning REST API",
        ("extra-attributes", "patch-200", "display-made", "emails-required", "errors-richer", "lists-by-name"),
    ),
    # Keycloak's own SCIM, as the note's 6.2 reports of 26.7.
    "like-keycloak": (
        "Note 6.2, Keycloak 26.7",
        ("members-asked-for", "meta-sparse", "created-sparse", "no-etags", "media-type-parameters"),
    ),
    # Apache directory-scimple: full answers, ETags, nulls shown.
    "like-scimple": (
        "apache/directory-scimple",
        ("json-escaped", "patch-200", "etags-strong", "dates-with-offset", "members-told", "formats-checked"),
    ),
    # WSO2 Identity Server: the role of everybody, dates with many digits, own schema URNs in each resource.
    "like-wso2": (
        "WSO2 Identity Server SCIM 2.0 API",
        ("roles-of-everybody", "dates-seven-digits", "schemas-all-listed", "user-groups", "patch-200", "members-empty"),
    ),
    # Databricks SCIM: numeric ids, e-mail made of userName, entitlements, members with display and $ref.
    "like-databricks": (
        "Databricks SCIM API 2.1",
        ("ids-digits", "email-made", "roles-of-everybody", "members-told", "display-made", "enterprise-always"),
    ),
    # SAP Identity Authentication: e-mails required, cursors beside indexes, pages of hundred, unique externalId.
    "like-sap-ias": (
        "SAP Cloud Identity Services, Identity Directory SCIM API",
        ("emails-required", "cursors-offered", "external-id-unique", "members-told", "extra-attributes", "patch-200"),
    ),
    # Salesforce: userName like an e-mail, a language and a time zone for everybody, strict formats.
    "like-salesforce": (
        "Salesforce SCIM and REST API",
        ("names-are-addresses", "defaults-stored", "formats-checked", "country-two-letters", "extra-attributes"),
    ),
    # A small product of one developer with an ORM: everything terse and strict.
    "like-a-start-up": (
        "RFC 7644 sections 3.12 and 3.14, all optional parts left out",
        ("json-safe-escapes", "errors-terse", "no-etags", "filters-few", "types-checked", "members-not-in-lists"),
    ),
    # An old tenant behind a gateway: many people, slow, others at work.
    "like-an-old-tenant": (
        "Note 9.1 and 17",
        ("gateway-headers", "populated", "others-sign-up", "manager-checked", "employee-number-unique", "newest-first"),
    ),
}
PARTS = {name: parts for name, (_, parts) in LIKENESSES.items()}
for _name, (_source, _names) in LIKENESSES.items():
    right(_name, f"At once: {', '.join(_names)}", _source)(stacked(*_parts(*_names)))
