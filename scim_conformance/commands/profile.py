"""`scim-conformance profile`: list profiles, show one, and import one from an exported schema."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scim_conformance.commands import wrapping
from scim_conformance.commands.options import examples
from scim_conformance.commands.saving import expect_free, save
from scim_conformance.config.checks import shown
from scim_conformance.config.settings import SettingsError
from scim_conformance.entra.dialects import DIALECTS
from scim_conformance.entra.expressions.values import ExpressionError
from scim_conformance.entra.profiles.mapping import AttributeMapping, ObjectType
from scim_conformance.entra.profiles.profile import Credentials, Profile, ProfileError, load, loads, shipped_names
from scim_conformance.scenario.passwords import is_password, without_literals
from scim_conformance.system import inputs

if TYPE_CHECKING:
    from scim_conformance.entra.profiles.importing import Imported

COLUMNS = ("source", "target", "type", "default", "match", "apply")

Value = TypeVar("Value")

# Every command loads this module: what only some of them need is imported there, which keeps start-up fast.


@click.group(
    epilog=examples(
        "scim-conformance profile show",
        "scim-conformance profile show my-app.toml",
        "scim-conformance profile import schema.json --output my-app.toml",
        codes=False,
    )
)
def profile() -> None:
    """Show, list and import profiles: the attribute mappings of an application."""


@profile.command("list")
def list_profiles() -> int:
    """List the shipped profiles."""
    for name in shipped_names():
        click.echo(wrapping.line(f"{name:16} {load(name).title}", " " * 17))
    return 0


@profile.command()
@click.argument("name", metavar="[NAME|FILE]", default="entra-default")
def show(name: str) -> int:
    """Show a profile like the portal's table of attribute mappings."""
    from scim_conformance.entra.profiles import cautions

    found = _understood(lambda: load(name))
    click.echo(f"{found.name}: {found.title}")
    for line in _particulars(found):
        click.echo(wrapping.line(f"  {line}", "    "))
    click.echo(wrapping.line(f"  {_tested(found)}", "    "))
    _show_object("user", found.user)
    if found.group is None:
        click.echo("\nGroups: not provisioned")
    else:
        _show_object("group", found.group)
    for said in cautions.of(found):
        click.echo(wrapping.line(f"\nwarning: {said}", "  "))
    return 0


def _particulars(found: Profile) -> list[str]:
    said = {
        "dialect": found.dialect,
        "requires": ", ".join(found.requires),
        "members": found.members,
        "not claimed": ", ".join(found.unclaimed),
        "credentials": _credentials(found.credentials),
        "sends": "only mapped attributes" if found.only_mapped else "",
        "maximum objects": found.people.most,
    }
    return [f"{name}: {value}" for name, value in said.items() if value]


def _credentials(found: Credentials) -> str:
    if found.kind != "client-credentials":
        return "" if found.kind == "bearer" else found.kind
    return f"{found.kind}, sent in {'header and body' if found.sent_in == 'both' else f'the {found.sent_in}'}"


def _tested(found: Profile) -> str:
    """Print which mappings a full run tests, as far as its scenarios determine that."""
    from scim_conformance.catalogue import mappings, required
    from scim_conformance.catalogue import scenarios as catalogue
    from scim_conformance.entra.world import unmatchable, untagged
    from scim_conformance.verdict.extent import of_mappings

    try:
        refused = unmatchable(found) or untagged(found)
        if refused is not None:
            return f"cannot run: {refused}"
        scenarios = [catalogue.built(case, found) for case in required.required(found, DIALECTS)]
    except ExpressionError as error:
        return f"cannot run: {error}"
    return "in a full run: " + of_mappings(mappings.count(found), mappings.never_tested(found, scenarios))


def _show_object(kind: str, found: ObjectType) -> None:
    from scim_conformance.commands import profile_notes

    click.echo(f"\n{kind.title()}s ({', '.join(found.actions)}; on unassign: {found.unassign})")
    for said in profile_notes.filters(found):
        click.echo(wrapping.line(f"  {said}", "    "))
    rows = [COLUMNS, *(_row(row) for row in found.mapping)]
    if wrapping.columns() is not None:
        _draw(rows)
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    for row in rows if wrapping.columns() is None else ():
        click.echo("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for note in profile_notes.missing(kind, [(row.source, row.expression) for row in found.mapping]):
        click.echo(wrapping.line(f"  {note}", "    "))


def _draw(rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table for a terminal: long cells are wrapped, and empty columns are left out."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    used = [at for at in range(len(COLUMNS)) if any(row[at] for row in rows[1:])]
    for at in used:
        table.add_column(rows[0][at], overflow="fold", no_wrap=at > 1)
    for row in rows[1:]:
        table.add_row(*(Text(row[at]) for at in used))
    Console(highlight=False).print(Padding(table, (0, 0, 0, 2)))


def _row(row: AttributeMapping) -> tuple[str, ...]:
    constant = None if row.constant is None else json.dumps(row.constant, ensure_ascii=False)
    source = row.source or row.expression or constant or ""
    return (
        without_literals(source) if is_password(row.target) else source,
        row.target,
        row.type,
        row.default or "",
        str(row.match or ""),
        "" if row.apply == "always" else "create",
    )


@profile.command("import")
@click.argument("file", metavar="SCHEMA.json")
@click.option("--output", metavar="FILE", help="Where to write the profile (default: standard output).")
@click.option("--name", help="Name of the profile (default: name of the output file, or imported).")
@click.option("--secrets", metavar="FILE", help="Secrets of the job as JSON: only the scope is read from them.")
@click.option("--force", is_flag=True, help="Overwrite the output if it exists.")
def import_schema(file: str, *, output: str | None, name: str | None, secrets: str | None, force: bool) -> int:
    """Create a profile from the schema that the portal exports or Microsoft Graph returns.

    A response of Graph's synchronization/templates or a single objectMapping works too. Anything that a profile cannot
    represent is listed here and at the top of the profile.
    """
    from scim_conformance.commands import profile_notes
    from scim_conformance.entra.profiles import importing, toml_writing

    if output is not None:
        expect_free(Path(output), force=force)
    called = name or re.sub(r"[^A-Za-z0-9._-]+", "-", Path(output).stem if output else "imported")
    document = _read(file)
    found = _understood(lambda: importing.convert(document, called), f"{file} cannot be imported: ")
    if secrets is not None:
        _add_scope(found.table, secrets)
    missing = profile_notes.all_missing(found.table)
    text = toml_writing.profile(found.table, profile_notes.head(found, missing))
    _note(found, missing)
    # A profile is written only if it loads; otherwise no file is left behind.
    _understood(lambda: loads(text, output or "of this schema"))
    _write(text, output)
    if output is not None:
        click.echo("\n".join(profile_notes.written(found, output)), err=True)
    return 0


def _note(found: "Imported", missing: Sequence[str]) -> None:
    """Print what was assumed, what is not in the profile, and what no mapping can be tested with."""
    from scim_conformance.commands import profile_notes

    for title, notes in profile_notes.headed(found):
        click.echo("\n".join([title, *(wrapping.line(f"  {note}", "    ") for note in notes)]), err=True)
    for note in missing:
        click.echo(f"note: {note}", err=True)


def _add_scope(table: dict[str, Any], file: str) -> None:
    """Add what the secrets of a job say about its scope."""
    from scim_conformance.entra.profiles import importing_scope

    try:
        said = importing_scope.settings(_read(file))
    except ValueError as error:
        raise SettingsError(str(error) if isinstance(error, SettingsError) else f"{shown(file)}: {error}") from None
    if "scope" in said:
        table["job"] = {"scope": said["scope"]}
    if "unassign" in said:
        table["user"]["unassign"] = said["unassign"]


def _read(file: str) -> Any:
    try:
        content = inputs.content(file, inputs.MOST_DOCUMENT)
        if not content.strip():
            raise SettingsError(f"{shown(file)} is empty")
        return _parsed(content)
    except inputs.CannotRead as error:
        raise SettingsError(f"{shown(file)} {error}") from None


def _parsed(content: bytes) -> Any:
    from scim_conformance.entra.profiles.unwrapping import without_trailing_commas

    try:
        return inputs.parsed_json(content)
    except inputs.CannotRead as first:
        try:
            text = content.decode(json.detect_encoding(content))
            return inputs.parsed_json(without_trailing_commas(text).encode("utf-8", "surrogatepass"))
        except (inputs.CannotRead, UnicodeDecodeError):
            raise first from None


def _write(text: str, output: str | None) -> None:
    try:
        content = text.encode()
        if output is None:
            click.echo(text, nl=False)
        else:
            save(content, Path(output))
    except UnicodeEncodeError:
        raise SettingsError("the schema contains half a surrogate pair, which is not valid text") from None


def _understood(get: Callable[[], Value], before: str = "") -> Value:
    """Call, and turn an error about a file into a settings error.

    Raises:
        SettingsError: with the sentence.
    """
    from scim_conformance.entra.profiles.importing import NotASchemaError

    try:
        return get()
    except (ProfileError, NotASchemaError) as error:
        raise SettingsError(f"{before}{error}") from None
