"""Match: before it creates anything, Entra asks whether the account is already there."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from scim_conformance.entra import payload
from scim_conformance.entra import sources as ms
from scim_conformance.entra.dialects import Change, Dialect
from scim_conformance.entra.people import Person
from scim_conformance.entra.profile import Profile
from scim_conformance.entra.steps import (
    UNFILTERED,
    answers_queries,
    create_user,
    match_user,
    nobody,
    patch_user,
    the_one,
)
from scim_conformance.entra.world import World, user_query
from scim_conformance.scenario.citations import rfc7643, rfc7644
from scim_conformance.scenario.exchange import Sender
from scim_conformance.scenario.model import Moment, Scenario, scenario
from scim_conformance.scenario.obligations import found_only, nobody_or_refused, status
from scim_conformance.scenario.steps import Step
from scim_conformance.scim import filters, paths, urns
from scim_conformance.scim.urlencode import dotnet_quote, percent_quote


@scenario(
    "ENT-MAT-01",
    "An existing user is found, and nobody else",
    moment=Moment.MATCH,
    covers="U3 M4 M10 M20 B23 B24 B29 B33",
)
def finds_one(world: World) -> Scenario:
    """Entra filters by the matching attribute. One hit is linked, none is created, several are an error. So the filter
    must compare the whole value: other people, also ones whose name ends alike, must not appear, and an underscore is
    an underscore, not any character. The second person's mail address is not the userPrincipalName, as in many tenants:
    a target that keeps people by their e-mail finds everybody else, and answers 409 when they are created again."""
    plain = world.person()
    person = _renamed(plain, plain, lambda name: name.replace("-", "_", 1))
    longer, wild = (
        _renamed(world.person(), person, change) for change in (lambda n: f"x{n}", lambda n: n.replace("_", "-"))
    )
    longer = longer.with_(mail=f"mail.{longer.attributes['mail']}")
    twin = match_user(world, longer, "twin", key="match-twin").fixed_by(
        "compare the whole value of the attribute that the filter names: userName is not the e-mail"
    )
    return Scenario(
        given=[
            create_user(world, person),
            create_user(world, longer, "twin", key="create-twin"),
            create_user(world, wild, "other", key="create-other"),
        ],
        steps=[match_user(world, person, "user"), twin],
    )


def _renamed(person: Person, model: Person, change: Callable[[str], str]) -> Person:
    """Return a person whose names are made from those of another."""
    names = {name: change(str(model.attributes[name])) for name in ("userPrincipalName", "mail", "mailNickname")}
    return person.with_(**names)


@scenario(
    "ENT-MAT-02", "The matching value in other letter case finds the same user", moment=Moment.MATCH, covers="U5 B21"
)
def other_case(world: World) -> Scenario:
    """userName is not case-sensitive (RFC 7643 section 4.1.1), and Entra's directory may hold other letters than the
    target. Microsoft's validator repeats the query in the opposite case."""
    person = world.person()
    value = world.match_value(person).swapcase()
    query = "filter=" + dotnet_quote(filters.eq(world.user_match.target, value))
    step = Step("match", "GET", "/Users", "Match in other letter case", query, settles=True, after=UNFILTERED)
    found = found_only("user").must(
        rfc7643("4.1.1"),
        so="Entra does not see the account, creates it, is told 409, and tries again for ever",
        fix="compare userName without regard to case",
    )
    if world.user_match.target.lower() == "externalid":
        # It is caseExact: what differs in letter case is somebody else.
        found = nobody_or_refused().should(
            rfc7643("3.1"), so="Entra links a stranger", fix="compare externalId exactly"
        )
    return Scenario(
        given=[create_user(world, person)],
        steps=[step.expecting(answers_queries("the account is not found"), found)],
    )


@scenario("ENT-MAT-03", "A space in the query may be written %20", moment=Moment.MATCH, covers="L1")
def percent_space(world: World) -> Scenario:
    """Entra writes a space as `+`; Microsoft's own Logic App tests write `%20`. Both are the same query."""
    person = world.person()
    query = "filter=" + percent_quote(filters.eq(world.user_match.target, world.match_value(person)))
    step = Step(
        "match", "GET", "/Users", "Match with %20 for a space", query, by=Sender.HARNESS, settles=True, after=UNFILTERED
    )
    so = "Microsoft's Logic App tests for the gallery fail"
    return Scenario(
        given=[create_user(world, person)],
        steps=[step.expecting(status(200).entra(ms.LOGIC_APP, so=so), found_only("user").entra(ms.LOGIC_APP, so=so))],
    )


@scenario("ENT-MAT-04", "The query is decoded once", moment=Moment.MATCH, needs=["userName"], covers="B31")
def encoded_value(world: World) -> Scenario:
    """Entra percent-encodes the whole filter: `@` is `%40`, quotes are `%22`. A target that wants them bare, or decodes
    twice, finds nobody; the neighbours of this run must stay invisible. Entra knows no percent sign in a
    userPrincipalName: a target that takes none is not asked."""
    person = world.person()
    body = payload.user(world.profile, person)
    body["userName"] = f"a%40b.{body['userName']}"
    query = "filter=" + dotnet_quote(filters.eq("userName", body["userName"]))
    why = "Match a name that holds a percent sequence"
    by_mail = {**UNFILTERED, "one": (*UNFILTERED["one"], "ENT-MAT-01#match-twin.one")}
    step = Step("match", "GET", "/Users", why, query, settles=True, after=by_mail)
    taken = replace(status(201), expected="a userName with a percent sign").should(rfc7644("3.3"), so="it is not asked")
    made = create_user(world, person, body=body).but(checks=(taken.vital(),), fine=(400, 422), optional=True)
    return Scenario(
        given=[made],
        steps=[step.expecting(answers_queries("the account is not found"), the_one("user"))],
    )


def _other_attributes(profile: Profile) -> Iterable[tuple[str, str]]:
    first = profile.user.matching[0].target
    offered = {"externalId": "externalId", "emails.work.value": 'emails[type eq "work"].value'}
    offered["employeeNumber"] = f"{urns.ENTERPRISE_USER}:employeeNumber"
    return [(name, path) for name, path in offered.items() if path != first and profile.has(path)]


@scenario(
    "ENT-MAT-05",
    "A user is found by another attribute",
    moment=Moment.MATCH,
    rows=_other_attributes,
    covers="M4 M21 B22 B30",
)
def by_other(world: World, attribute: str) -> Scenario:
    """An administrator may match on externalId, on the work e-mail or on the employee number instead. A target that
    answers every filter it does not know with an empty list passes Test Connection, and gets everybody a second time.
    """
    person = world.person()
    value = paths.read(payload.user(world.profile, person), paths.parse(attribute))
    step = Step(
        "match", "GET", "/Users", f"Match by {attribute}", user_query(attribute, value), settles=True, after=UNFILTERED
    )
    so = f"an administrator who matches on {attribute} gets second accounts"
    found = found_only("user").should(ms.TUTORIAL, so=so, fix=f"filter by {attribute}, or refuse with invalidFilter")
    answered = status(200).should(ms.TUTORIAL, so=so, fix=f"support the filter {attribute} eq")
    return Scenario(
        given=[create_user(world, person)],
        steps=[step.expecting(answered, found)],
    )


@scenario(
    "ENT-MAT-08",
    "A private address is no work address",
    moment=Moment.MATCH,
    needs=['emails[type eq "work"].value', "unmapped"],
    covers="B22",
)
def other_type(world: World) -> Scenario:
    """A filter on the work e-mail must not find somebody by an address of another type: Entra would link the account of
    a stranger whose private address it is. A target may refuse the filter instead, or keep one address only."""
    person = world.person()
    private = f"private.{person.attributes['mail']}"
    body = payload.user(world.profile, person)
    paths.write(body, paths.parse('emails[type eq "other"].value'), private)
    query = user_query('emails[type eq "work"].value', private)
    step = Step("match", "GET", "/Users", "Match a private address by the work e-mail", query, settles=True)
    step = step.but(after={"none": (*UNFILTERED["none"], "ENT-CON-06/emails.work.value#probe.none")})
    stranger = nobody_or_refused().must(
        rfc7644("3.4.2.2"),
        so="an administrator who matches on the work e-mail gets somebody else's account linked",
        fix="compare the value of the same element whose type is work",
    )
    return Scenario(given=[create_user(world, person, body=body)], steps=[step.expecting(stranger)])


@scenario(
    "ENT-MAT-06",
    "The second matching attribute finds who the first does not",
    moment=Moment.MATCH,
    needs=["second-match"],
    covers="M21",
)
def second_match(world: World) -> Scenario:
    """Several mappings may be matching attributes. Entra asks by the one of the lowest precedence number first; where
    nobody is found, it asks by the next, and links the account that has this value. The queries are never combined."""
    first, second = world.profile.user.matching[:2]
    person = world.person()
    body = payload.user(world.profile, person)
    paths.write(body, first.path, f"old.{first.value(person.attributes)}")
    by_first = user_query(first.target, world.match_value(person))
    by_second = user_query(second.target, str(second.value(person.attributes)))
    ask = Step("match-first", "GET", "/Users", f"Match by {first.target}", by_first, settles=True, after=UNFILTERED)
    then = ask.but(key="match-second", why=f"Match by {second.target}", query=by_second)
    answered = answers_queries("Entra cannot tell whether the account exists; it is not provisioned")
    return Scenario(
        given=[create_user(world, person, body=body)],
        steps=[
            ask.expecting(answered, nobody("Entra links a stranger's account, or reports several matches")),
            then.expecting(answered, the_one("user")),
        ],
    )


def _changing(profile: Profile) -> Iterable[tuple[str, str]]:
    """The first matching attribute, unless that is userName, whose change ENT-UPD-03 plays."""
    first = profile.user.matching[0]
    return [] if first.target.lower() == "username" else [(first.path.slug, first.target)]


@scenario(
    "ENT-MAT-09",
    "A changed matching value is found",
    moment=Moment.MATCH,
    rows=_changing,
    dialects="either",
    covers="M21",
)
def changed_value(world: World, dialect: Dialect, attribute: str) -> Scenario:
    """The value by which somebody is matched changes, such as the work e-mail after a marriage. The account is found by
    the new value and by the old one no more: an index that is not kept up to date makes a second account, or links the
    next person who gets the old value."""
    person, other = world.person(), world.person()
    new = world.match_value(other)
    return Scenario(
        given=[create_user(world, person)],
        steps=[
            patch_user(dialect, [Change(attribute, new)]),
            match_user(world, person, "user", key="match-new", value=new),
            match_user(world, person, None, key="match-old"),
        ],
    )


@scenario("ENT-MAT-07", "An attribute's name in other letter case", moment=Moment.MATCH, covers="B113")
def other_name_case(world: World) -> Scenario:
    """Attribute names in filters are not case-sensitive (RFC 7644 section 3.4.2.2); Microsoft's Postman collection asks
    for `DisplayName eq`, and an administrator may have typed the target attribute so."""
    person = world.person()
    path = world.user_match.path
    recased = path.text.replace(path.name, path.name[0].swapcase() + path.name[1:], 1)
    query = user_query(recased, world.match_value(person))
    step = Step("match", "GET", "/Users", "Match, attribute in other case", query, settles=True, after=UNFILTERED)
    so, fix = "nobody is found where the mapping is typed so", "compare attribute names without regard to case"
    answered, found = status(200), found_only("user")
    return Scenario(
        given=[create_user(world, person)],
        steps=[step.expecting(answered.should(ms.POSTMAN, so=so, fix=fix), found.should(ms.POSTMAN, so=so, fix=fix))],
    )
