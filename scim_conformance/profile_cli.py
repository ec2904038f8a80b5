"""`scim-conformance profile`: which profiles there are, what is in one, and one made from an exported schema."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scim_conformance import fitting
from scim_conformance.cli_options import examples
from scim_conformance.settings import SettingsError

if TYPE_CHECKING:
    from scim_conformance.entra.profile import Mapping, ObjectType, Profile

MOST_BYTES = 50_000_000
COLUMNS = ("source", "target", "type", "default", "match", "apply")

Value = TypeVar("Value")

# What stands here is loaded with every command: the rest is imported when it is needed.


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
    """Name the profiles that are shipped."""
    from scim_conformance.entra.profile import load, shipped_names

    for name in shipped_names():
        click.echo(fitting.line(f"{name:16} {load(name).title}", " " * 17))
    return 0


@profile.command()
@click.argument("name", metavar="[NAME|FILE]", default="entra-default")
def show(name: str) -> int:
    """Show a profile as the portal's table of attribute mappings does."""
    from scim_conformance.entra.profile import load

    found = _understood(lambda: load(name))
    click.echo(f"{found.name}: {found.title}")
    for line in _particulars(found):
        click.echo(fitting.line(f"  {line}", "    "))
    _show_object("user", found.user)
    if found.group is None:
        click.echo("\nGroups: none are provisioned")
    else:
        _show_object("group", found.group)
    return 0


def _particulars(found: "Profile") -> list[str]:
    said = {
        "dialect": found.dialect,
        "requires": ", ".join(found.requires),
        "does not claim": ", ".join(found.unclaimed),
        "credentials": "" if found.credentials.kind == "bearer" else found.credentials.kind,
        "sends": "nothing outside the mapping" if found.only_mapped else "",
        "most objects": found.people.most,
    }
    return [f"{name}: {value}" for name, value in said.items() if value]


def _show_object(kind: str, found: "ObjectType") -> None:
    click.echo(f"\n{kind.title()}s ({', '.join(found.actions)}; on unassign: {found.unassign})")
    rows = [COLUMNS, *(_row(row) for row in found.mapping)]
    if fitting.columns() is not None:
        _draw(rows)
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    for row in rows if fitting.columns() is None else ():
        click.echo("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for note in _missing(kind, [(row.source, row.expression) for row in found.mapping]):
        click.echo(fitting.line(f"  {note}", "    "))


def _draw(rows: Sequence[tuple[str, ...]]) -> None:
    """Draw a table for a terminal: long cells are folded, and columns that are empty are left out."""
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


def _missing(kind: str, sources: Sequence[tuple[str | None, str | None]]) -> list[str]:
    from scim_conformance.entra.unfilled import unfilled

    names = ", ".join(unfilled(kind, sources))
    return [f"{kind}: those that are made here have no {names}: what hangs on it is not sent"] if names else []


def _row(row: "Mapping") -> tuple[str, ...]:
    constant = None if row.constant is None else json.dumps(row.constant, ensure_ascii=False)
    source = row.source or row.expression or constant or ""
    return (
        source,
        row.target,
        row.type,
        row.default or "",
        str(row.match or ""),
        "" if row.apply == "always" else "create",
    )


@profile.command("import")
@click.argument("file", metavar="SCHEMA.json")
@click.option("--output", metavar="FILE", help="Where the profile goes (default: standard output).")
@click.option("--name", help="What the profile is called (default: as the output, or imported).")
@click.option("--force", is_flag=True, help="Replace the output where it is there already.")
def import_schema(file: str, *, output: str | None, name: str | None, force: bool) -> int:
    """Make a profile from the schema that the portal exports or Microsoft Graph returns.

    What a profile cannot hold is listed here and at the head of the profile.
    """
    from scim_conformance.entra import importing, profile, toml_writing

    if output and Path(output).exists() and not force:
        raise SettingsError(f"{output} is there already: replace it with --force")
    called = name or re.sub(r"[^A-Za-z0-9._-]+", "-", Path(output).stem if output else "imported")
    document = _read(file)
    found = _understood(lambda: importing.convert(document, called), f"{file} cannot be imported: ")
    notes = found.notes + _all_missing(found.table)
    text = toml_writing.profile(found.table, _head(notes))
    _write(text, output)
    for note in notes:
        click.echo(f"not carried over: {note}", err=True)
    _understood(lambda: profile.loads(text, output or "that was printed"))
    return 0


def _all_missing(table: dict[str, Any]) -> list[str]:
    rows = {kind: table.get(kind, {}).get("mapping", []) for kind in ("user", "group")}
    sources = {kind: [(row.get("source"), row.get("expression")) for row in found] for kind, found in rows.items()}
    return [note for kind, found in sources.items() for note in _missing(kind, found)]


def _head(notes: list[str]) -> list[str]:
    head = [
        "Imported from a provisioning schema. A schema does not hold what happens on unassign, credentials, dialect"
    ]
    head += ["and people: add them where they differ from the defaults."]
    return head + (["Not carried over:", *(f"- {note}" for note in notes)] if notes else [])


def _read(file: str) -> Any:
    try:
        content = Path(file).read_bytes()
        if len(content) > MOST_BYTES:
            raise SettingsError(f"{file} has more than {MOST_BYTES:,} bytes: that is no provisioning schema")
        if not content.strip():
            raise SettingsError(f"{file} is empty")
        # json.loads tells UTF-8, with a mark or without, and UTF-16 apart, which PowerShell writes.
        return json.loads(content)
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, SettingsError):
            raise
        raise SettingsError(f"{file} is not JSON: {error}") from None


def _write(text: str, output: str | None) -> None:
    try:
        content = text.encode()
        if output is None:
            click.echo(text, nl=False)
        else:
            Path(output).write_bytes(content)
    except UnicodeEncodeError:
        raise SettingsError("the schema holds half a surrogate pair, which is not text") from None
    except OSError as error:
        raise SettingsError(f"{output} cannot be written: {error.strerror}") from None


def _understood(get: Callable[[], Value], before: str = "") -> Value:
    """Call, and turn what is wrong with a file into an error of the settings.

    Raises:
        SettingsError: with the sentence.
    """
    from scim_conformance.entra.importing import NotASchemaError
    from scim_conformance.entra.profile import ProfileError

    try:
        return get()
    except (ProfileError, NotASchemaError) as error:
        raise SettingsError(f"{before}{error}") from None
