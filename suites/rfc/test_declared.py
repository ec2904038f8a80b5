"""What /Schemas and /ResourceTypes say of attributes and extensions is true (RFC 7643 sections 2.3, 6 and 7)."""

from scim_conformance.entra.world import World
from scim_conformance.rfc import declared, immutables
from scim_conformance.rfc.advertised import ANY_ERROR
from scim_conformance.rfc.conditions import known_types, published_schemas
from scim_conformance.rfc.metadata import typed_as
from scim_conformance.rfc.obligations import says
from scim_conformance.rfc.requests import (
    core_body,
    create,
    get,
    mark,
    op,
    patch,
    post,
    put,
    read,
    read_before,
    user_body,
)
from scim_conformance.rfc.rows import must, prerequisite
from scim_conformance.scenario.bodies import Made
from scim_conformance.scenario.citations import rfc7643
from scim_conformance.scenario.model import Moment, Scenario, covers, scenario
from scim_conformance.scim import urns

LISTED = prerequisite(
    says("read", "a status of 200", lambda view: None if view.answer.ok else f"status {view.answer.status}"),
    rfc7643("7"),
    "there is no /Schemas",
)


EXTENDED = must("7643-6-e", so="a resource lacks what the type promises", fix="return 400, or set the values")


@scenario("RFC-SCH-03", "A required extension must be given", Moment.CREATE)
@covers("7643-6-e")
def required_extension(world: World) -> Scenario:
    """If /ResourceTypes says that users require an extension, a creation without it is refused, or the target sets its
    values itself."""
    person = world.person()
    made = post("User", core_body(world, person), person.user_name, "made").may_be_refused()
    asked = get("/ResourceTypes", EXTENDED(declared.requires_extension()).vital(), key="types").but(keeps="types")
    given = asked.but(optional=True, also_ok=ANY_ERROR, lacking="no extension is required")
    return Scenario([made.expecting(EXTENDED(declared.refused_or_extended("types")))], given=[given], spares=())


HIDDEN = must("7643-7-q", so="clients read what no client should read", fix="do not return it, or correct /Schemas")
NEVER = must("7643-7-s", so="clients read what no client should read", fix="do not return it, or correct /Schemas")
UNASKED = must("7643-7-t", so="clients read more than they asked for", fix="return it on request, or correct /Schemas")
ALWAYS = must("7643-7-r", so="clients miss what is promised", fix="return it always, or correct /Schemas")
DEFAULT = must(
    "7643-7-u", so="clients read more than they asked for", fix="leave it out if attributes does not name it"
)
EXACT = must("7643-7-l", so="a value is not what was sent", fix="keep the letter case, or say caseExact false")


@scenario("RFC-SCH-04", "Attributes are returned as /Schemas says", Moment.MATCH)
@covers("7643-7-q 7643-7-s 7643-7-t 7643-7-r 7643-7-u 7643-7-l")
def returned(world: World) -> Scenario:
    """What /Schemas says of `mutability`, `returned` and `caseExact` is true of a user who is read: without
    parameters, with attributes=userName, and with a list of attributes by name: usual ones, and those that are never
    returned."""
    place = f"https://example.com/Profiles/{mark(world)}"
    made = create(world, world.person(), nickName="Jo", title="Clerk", profileUrl=place)
    steps = [
        read(
            "user",
            HIDDEN(declared.no_write_only()),
            UNASKED(declared.no_request()),
            EXACT(declared.case_kept("profileUrl", place)),
            key="whole",
        ).but(keeps="whole"),
        read(
            "user",
            ALWAYS(declared.has_always("whole")),
            DEFAULT(declared.no_default_but("userName")),
            key="part",
            query="attributes=userName",
        ),
        read("user", NEVER(declared.no_never()), key="asked", query="attributes={asked}"),
    ]
    return Scenario(
        steps, given=[published_schemas(LISTED).but(makes={"asked": declared.asking_for_never}), made], spares=()
    )


NUMBER = must("7643-2.3.3-a", so="clients cannot read the number", fix="return a JSON number, not a text")
BYTES = must("7643-2.3.6-a", so="the data is garbled", fix="store the bytes, and return them in base64")
CERTIFICATE = must("7643-4.1.2-b", so="clients cannot read the certificate", fix="return the DER form in base64")
DER = (
    "MIIBczCCARmgAwIBAgIUOD8iNHcP0Y8T2RQUPlLKgRAXL9cwCgYIKoZIzj0EAwIwDjEMMAoGA1UEAwwDc2N0MCAXDTI2MTEzMDIyMDcyM1oYDzIx"
    "MjYxMTA2MjIwNzIzWjAOMQwwCgYDVQQDDANzY3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARGnQfbf96R2Siq24igB4tsF3Ir2RyNTdJhfxea"
    "Xhf5KFCEMOZ+3Y0J9c0Ve8CwgvVCUc30Kv3t58k8/Do0pGcMo1MwUTAdBgNVHQ4EFgQU7Py1flGEqvEkaCbi+Zzu5FXrp9EwHwYDVR0jBBgwFoAU"
    "7Py1flGEqvEkaCbi+Zzu5FXrp9EwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAXwt43iid4J5N2Zv9WEMHV4iKd4oGL7PYfQY62"
    "N3n17wIhAM0aWVJQYSZJoDMKZxb0Prmp9B69qcK3Pimi7kniSxDT"
)
"""A certificate for the name sct, signed with its own key, which was not kept."""


@scenario("RFC-SCH-05", "Numbers and binary data have the form of their type", Moment.UPDATE)
@covers("7643-2.3.3-a 7643-2.3.6-a 7643-4.1.2-b")
def forms(world: World) -> Scenario:
    """A certificate that is added to a user comes back as base64 with the same bytes. What a target shows of its own
    attributes whose type is decimal in /Schemas is a number. It may refuse the certificate, or leave it out."""
    added = patch([op("add", "x509Certificates", [{"value": DER}])]).may_be_refused()
    checks = [NUMBER(declared.decimals()), CERTIFICATE(declared.is_der()), BYTES(declared.same_bytes(DER))]
    given = [published_schemas(LISTED), create(world, world.person())]
    return Scenario([added, read("user", *checks)], given=given, spares=())


STAYS = must("7643-7-o", so="a client can forge when an account was created", fix="ignore readOnly attributes in PUT")


@scenario("RFC-SCH-06", "A readOnly attribute stays as it is", Moment.UPDATE)
@covers("7643-7-o")
def read_only(world: World) -> Scenario:
    """PUT with other values for meta.created and meta.resourceType is refused, or leaves both as they are."""
    person, forged = world.person(), "1999-01-01T00:00:00Z"
    body = user_body(world, person, displayName=f"{world.directory.tag} put")
    replaced = put({**body, "meta": {"created": forged, "resourceType": "Forged"}}).may_be_refused()
    kept = says("created", "meta.created as before", lambda view: _forged(view.body, forged))
    steps = [replaced, read("user", STAYS(kept), STAYS(typed_as(urns.USER)))]
    return Scenario(steps, given=[known_types(), create(world, person)], spares=())


FIXED = must("7643-7-p", so="a value that clients rely on changes", fix="return 400 mutability, or correct /Schemas")

MATCHED = must(
    "7644-3.5.1-f", so="a value that clients rely on changes", fix="return 400 mutability, or ignore the value"
)


@scenario("RFC-SCH-07", "An immutable attribute stays as it was created", Moment.UPDATE)
@covers("7643-7-p 7644-3.5.1-f")
def immutable(world: World) -> Scenario:
    """The first of some text attributes of users that /Schemas declares immutable is created with a value. A PATCH and
    a PUT with another value are refused, or leave it as it is."""
    first, second, person = mark(world), mark(world), world.person()
    body = user_body(world, person, **immutables.texts(first))
    changed = patch([]).but(body=Made(lambda stored: immutables.change(stored, second))).may_be_refused()
    replaced = put(Made(lambda stored: immutables.replacement(stored, body, second))).may_be_refused()
    declares = prerequisite(immutables.has_immutable(), rfc7643("7"), "no text attribute of users is immutable")
    asked = published_schemas(LISTED, declares.vital()).but(
        makes={immutables.IMMUTABLE: immutables.first_immutable}, lacking="no text attribute of users is immutable"
    )
    stays, put_stays = FIXED(immutables.as_created()), MATCHED(immutables.as_created())
    given = [asked, create(world, person, **immutables.texts(first)), read_before()]
    return Scenario(
        [changed, read("user", stays), replaced, read("user", put_stays, key="replaced")], given=given, spares=()
    )


def _forged(body: object, forged: str) -> str | None:
    return f"meta.created is {forged}" if forged[:19] in str(body) else None
