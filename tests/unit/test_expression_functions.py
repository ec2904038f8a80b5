"""The functions, by the sections of Microsoft's "Reference for writing expressions for attribute mappings".

Where the reference gives an example, the case is made after it, mostly with words of our own.
"""

import re
from typing import Any

import pytest

from scim_conformance.entra.expressions.functions import FUNCTIONS, NOT_EVALUATED, RANDOM, TENANT
from scim_conformance.entra.expressions.parser import check, evaluate, parse

PERSON: dict[str, Any] = {
    "objectId": "5f8e1c52-0f3b-4f0e-9a53-0d8a4c7d3b11",
    "userPrincipalName": "mia.weber@example.com",
    "givenName": "Mia",
    "surname": "Weber",
    "country": "USA",
    "state": "CA",
    "number": 6,
    "enabled": True,
    "hired": "2012-03-16-07:00",
    "phone": "+49 3012345678",
    "empty": "",
    "proxies": ["a@example.com", "b@example.com", "a@example.com"],
    "appRoleAssignments": ["Admin", "Editor"],
}

TEXT = [
    ('Append([userPrincipalName], ".test")', "mia.weber@example.com.test"),
    ('Coalesce([mail], [userPrincipalName], "none")', "mia.weber@example.com"),
    ('Coalesce([mail], [missing], "none")', "none"),
    ('ConvertToBase64("Hello world!")', "SABlAGwAbABvACAAdwBvAHIAbABkACEA"),
    ('ConvertToUTF8Hex("Hello world!")', "48656C6C6F20776F726C6421"),
    ("Count([proxies])", 3),
    ("Count([missing])", 0),
    ("CStr([enabled])", "True"),
    ("CStr([missing])", None),
    ('InStr("The swift white hare", "swift")', 5),
    ('InStr("repEated", "e", 3, vbBinaryCompare)', 7),
    ('InStr("repEated", "e", 3, vbTextCompare)', 4),
    ('InStr([givenName], "x", , )', 0),
    ("Item([proxies], 2)", "b@example.com"),
    ("Item([proxies], 0)", None),
    ("Item([proxies], 9)", None),
    ('Join(", ", "", [surname], [givenName])', "Weber, Mia"),
    ('Join(";", [proxies], [missing], [surname])', "a@example.com;b@example.com;a@example.com;Weber"),
    ('Left("John Doe", 3)', "Joh"),
    ('Left("ab", 9)', "ab"),
    ('Left("ab", -1)', "ab"),
    ("Left([missing], 2)", ""),
    ('Len("Hello world!")', 12),
    ("Len([missing])", 0),
    ("Len([empty])", 0),
    ("Len(42568.75)", 8),
    ("Len([number])", 1),
    ("Left([surname], Len([surname]))", "Weber"),
    ("DefaultDomain()", "example.com"),
    ('Join("@", [givenName], DefaultDomain())', "Mia@example.com"),
    ("Append(Mid([givenName], 1, 2), Mid([surname], 2, 9))", "Mieber"),
    ("Mid([givenName], [missing], 2)", None),
    ("RemoveDuplicates([proxies])", ["a@example.com", "b@example.com"]),
    ('Split("One, Two,,Three", ",")', ["One", "Two", "Three"]),
    ('Split([missing], ",")', None),
    ('StripSpaces("a b  c")', "abc"),
    ('Word("The swift white hare", 3, " ")', "white"),
    ('Word("This,string!has&many separators", 3, ",!&#")', "has"),
    ('Word("one", 1, ",")', ""),
    ('Word("a b", 0, " ")', ""),
    ('Word("a b", 3, " ")', ""),
    ('Word([missing], 1, " ")', ""),
    ('ToLower("GRÜN İ")', "grün İ"),
    ('ToLower("TITLE", "tr-TR")', "tıtle"),
    ('ToUpper("title ß", "tr")', "TİTLE ß"),
    ("Redact([givenName])", "Mia"),
]

CASE = [
    ('PCase("MARTA SUAREZ (SECOND)")', "Marta Suarez (Second)"),
    ('PCase("o\'NEILL-smith 2nd_time")', "O'neill-Smith 2Nd_Time"),
    ('PCase("PINTO-DE\'SILVA", " \'-")', "Pinto-De'Silva"),
    ('PCase("a.b c", ".")', "A.B c"),
    ('NormalizeDiacritics("Zoë Łukasz Åse")', "Zoe Lukasz Ase"),
    ('NormalizeDiacritics("Straße Ærø œuvre ǡḗ")', "Strasse AEroe oeuvre ae"),
    ('NormalizeDiacritics("Андрей が")', "Андрей が"),
]

CONDITIONS = [
    ('IIF([country]="USA",[country],[surname])', "USA"),
    ('IIF([country]="USA",IIF([state]="NY","True","False"),"False")', "False"),
    ('IIF([country] <> "USA", "away", "home")', "home"),
    ('IIF([missing] = "", "a", "b")', None),
    ('IIF(IsPresent([missing]), "a", "b")', None),
    ('IIF(IsNullOrEmpty([empty]), "a", "b")', None),
    ('IIF([enabled], "on", "off")', "on"),
    ('IIF([number] > 5, "more", "less")', "more"),
    ('IIF("10" >= "9", "more", "less")', "more"),
    ('IIF("007" = "7", "same", "other")', "other"),
    ("IIF(CDate([hired]) < Now(), past, future)", "past"),
    ('IIF([state] <= "CA", "a", "b")', "a"),
    ("CBool([givenName] = [surname])", False),
    ("CBool([missing] = [surname])", False),
    ('CBool("0")', False),
    ("CBool([number])", True),
    ('Not("False")', True),
    ("Not([enabled])", False),
    ("IsNull([missing])", True),
    ("IsNull([empty])", False),
    ("IsNullOrEmpty([empty])", True),
    ("IsPresent([surname])", True),
    ("IsString([surname])", True),
    ("IsString([proxies])", False),
    ('IgnoreFlowIfNullOrEmpty(Switch([country], "", "DE", "Herr"))', None),
    ("IgnoreFlowIfNullOrEmpty([country])", "USA"),
    ('Switch([state], "far", "ca", "lower", "CA", "near")', "near"),
    ('Switch([empty], "Default", "true", "1", "", "0")', "0"),
    ('Switch([country],[country],"","Other")', "USA"),
    ('Switch(ToLower([enabled]), "0", "true", "1")', "1"),
    ("BitAnd(&HF, &HF7)", 7),
    ("BitAnd([missing], 1)", None),
]

DATES = [
    ('CDate("2020-03-16-07:00")', "3/16/2020 7:00:00 AM"),
    ('CDate("2021-06-30+08:00")', "6/29/2021 4:00:00 PM"),
    ('CDate("2009-06-15T01:45:30-07:00")', "6/15/2009 8:45:30 AM"),
    ('CDate("2009-06-15T01:45:30Z", "en-US")', "6/15/2009 1:45:30 AM"),
    ("CDate([missing])", None),
    ('DateAdd("d", 7, CDate([hired]))', "3/23/2012 7:00:00 AM"),
    ('DateAdd("d", -10, CDate([hired]))', "3/6/2012 7:00:00 AM"),
    ('DateAdd("ww", 2, CDate([hired]))', "3/30/2012 7:00:00 AM"),
    ('DateAdd("m", 10, CDate([hired]))', "1/16/2013 7:00:00 AM"),
    ('DateAdd("yyyy", 2, CDate([hired]))', "3/16/2014 7:00:00 AM"),
    ('DateAdd("m", 1, "2021-01-31")', "2/28/2021 12:00:00 AM"),
    ('DateAdd("h", 13, "2021-01-31")', "1/31/2021 1:00:00 PM"),
    ('DateDiff("d", "2021-08-18+08:00", "2021-08-31+08:00")', 13),
    ('DateDiff("d", "8/25/2021 5:41:18 PM", CDate([hired]))', -3449),
    ('DateDiff("ww", "8/25/2021 5:41:18 PM", CDate([hired]))', -493),
    ('DateDiff("m", "8/25/2021 5:41:18 PM", CDate([hired]))', -113),
    ('DateDiff("yyyy", "8/25/2021 5:41:18 PM", CDate([hired]))', -9),
    ('DateDiff("h", "2021-08-24", "2021-08-25")', 24),
    ('DateDiff("n", "2021-08-24", "2021-08-25")', 1440),
    ('DateDiff("s", "2021-08-24", "2021-08-25")', 86400),
    ('DateDiff("d", [missing], Now())', None),
    ("DateFromNum(129699324000000000)", "1/1/2012 11:00:00 PM"),
    ('NumFromDate("2012-01-01T23:00:00Z")', "129699324000000000"),
    (
        'NumFromDate(Join("", FormatDateTime([hired], ,"yyyy-MM-ddzzz", "yyyy-MM-dd"), " 23:59:59-08:00"))',
        "129764447990000000",
    ),
    ('FormatDateTime("20150123105347.1Z", , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")', "2015-01-23"),
    ('FormatDateTime("3/4/2026 01:05:09 PM", "AssumeUniversal", "M/d/yyyy hh:mm:ss tt", "HHmm d.M.yy")', "1305 4.3.26"),
    (
        'FormatDateTime("2026-03-04", , "yyyy-MM-dd", "dddd, dd MMMM yyyy \'at\' HH zzz")',
        "Wednesday, 04 March 2026 at 00 +00:00",
    ),
    ('FormatDateTime("4 March 49", , "d MMMM yy", "ddd MMM yyyy h t K")', "Thu Mar 2049 12 A Z"),
    ('FormatDateTime("2026-03-04T05:06:07", , "s", "R")', "Wed, 04 Mar 2026 05:06:07 GMT"),
    ('FormatDateTime([missing], , "yyyy", "yy")', None),
]


REPLACE = [
    ('Replace([surname], "Web", , , "B", , )', "Ber"),
    ('Replace([givenName],"<name>", , , , , "<name>@example.org")', "Mia@example.org"),
    ('Replace([missing],"<name>", , , , , "<name>@example.org")', None),
    (r'Replace([phone], , "\\+(?<code>\\d* )(?<rest>\\d{10})", , "${rest}/$1$$", , )', "3012345678/49 $"),
    (r'Replace("+1 (999) 888-7777", , "[()\\s-]+", , "", , )', "+19998887777"),
    (r'Replace("545 Tremont Street", ,"(?<house>^\\d*)","house", "888", , )', "888 Tremont Street"),
    ('Replace([userPrincipalName], , "(?<Suffix>@(.)*)", "Suffix", "", , )', "mia.weber"),
    (r'Replace([missing], , "\\+(?<code>\\d* )(?<rest>\\d{10})", "rest" , , [phone], )', "3012345678"),
    (r'Replace([surname], , "(?<rest>\\d{10})", "rest" , , [phone], )', "Weber"),
    (r'Replace([missing], , "(?<rest>\\d{10})", "rest" , , [missing], )', None),
    ('Replace("john_doe72", , "[a-zA-Z_]*", , "", , )', "72"),
    (r"""Replace("abab", , "(?'x'ab)\\k<x>\\z", , "$&-${x}", , )""", "abab-ab"),
    ('Replace([userPrincipalName], "@example.com", , ,"", ,)', "mia.weber"),
    (r'Replace("12-345-6", , "(\\d+-){2}", , "", , )', "6"),
]

ROLE = {"primary": False, "type": "WindowsAzureActiveDirectoryRole"}
ROLES = [
    ("SingleAppRoleAssignment([appRoleAssignments])", "Admin"),
    ("SingleAppRoleAssignment([missing])", None),
    (
        "AppRoleAssignmentsComplex([appRoleAssignments])",
        [{**ROLE, "displayName": name, "value": name} for name in ("Admin", "Editor")],
    ),
    (
        "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])",
        [{**ROLE, "display": name, "value": name} for name in ("Admin", "Editor")],
    ),
    ("AppRoleAssignmentsComplex([missing])", None),
]


@pytest.mark.parametrize(("text", "value"), [*TEXT, *CASE, *CONDITIONS, *DATES, *REPLACE, *ROLES])
def test_a_function_does_what_the_reference_says(text: str, value: object) -> None:
    check(parse(text))
    assert evaluate(parse(text), PERSON) == value


SECTIONS = """Append AppRoleAssignmentsComplex BitAnd CBool CDate Coalesce ConvertToBase64 ConvertToUTF8Hex Count CStr
DateAdd DateDiff DateFromNum DefaultDomain FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNull IsNullOrEmpty
IsPresent IsString Item Join Left Len Mid NormalizeDiacritics Not Now NumFromDate PCase RandomString Redact Replace
RemoveDuplicates SelectUniqueValue SingleAppRoleAssignment Split StripSpaces Switch ToLower ToUpper Word"""


def test_every_section_of_the_reference_is_known() -> None:
    # AssertiveAppRoleAssignmentsComplex stands in "Customize attribute mappings" alone.
    known = {*FUNCTIONS, *RANDOM, *TENANT, *NOT_EVALUATED}
    assert known - set(SECTIONS.split()) == {"AssertiveAppRoleAssignmentsComplex"}
    assert set(SECTIONS.split()) <= known


def test_a_random_value_is_the_same_for_the_same_person_and_another_for_the_next() -> None:
    tree = parse('Join("/", Guid(), Guid(), RandomString(10, 2, 2, 2, 1, "?,"))')
    first, second, secret = str(evaluate(tree, PERSON)).split("/", 2)
    assert f"{first}/{second}/{secret}" == evaluate(tree, {**PERSON, "surname": "Maier"})
    assert first not in (second, str(evaluate(tree, {"objectId": "other"})).split("/")[0])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first)
    counts = [len(re.findall(kind, secret)) for kind in ("[0-9]", "[^A-Za-z0-9]", "[A-Z]", "[a-z]")]
    assert len(secret) == 10
    assert all(count >= least for count, least in zip(counts, (2, 2, 2, 1), strict=True))
    assert not set("?,") & set(secret)


def test_the_default_domain_of_a_group_is_that_of_its_address_and_there_may_be_none() -> None:
    assert evaluate(parse("DefaultDomain()"), {"mail": "all@example.org"}) == "example.org"
    assert evaluate(parse("DefaultDomain()"), {"displayName": "All"}) is None


def test_now_is_one_time_for_the_whole_run() -> None:
    assert re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AP]M", evaluate(parse("Now()"), {}))
    assert evaluate(parse('DateDiff("s", Now(), Now())'), {}) == 0
