"""The servers: what they are, how they are installed, and the command that starts each."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.real.servers import install
from tests.real.servers.process import call

HERE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Start:
    """What a server is started with: a free port, the token that it must ask for, a directory that is removed later."""

    port: int
    token: str
    directory: Path


@dataclass(frozen=True)
class Command:
    """A command line with its environment."""

    line: list[str]
    env: Mapping[str, str]


@dataclass(frozen=True)
class Server:
    """A server of somebody else's. `path` is the tenant URL without host; `prepare` installs and says how to start."""

    name: str
    version: str
    about: str
    path: str
    prepare: Callable[[Start], Command]
    alive: str = "/ServiceProviderConfig"
    """What is asked until the server answers."""


SCIM2_SERVER = ["scim2-server==0.8.3", "scim2-models==0.12.3", "pydantic==2.14.3"]
DJANGO_SERVER = [
    "django-scim2-server==1.1.0",
    "django==5.2.19",
    "scim2-models==0.12.3",
    "pydantic==2.14.3",
    "waitress==3.0.2",
]
DJANGO = ["django-scim2==0.23.0", "django==5.2.19", "scim2-filter-parser==0.7.0", "waitress==3.0.2"]


def _scim2_server(start: Start) -> Command:
    command = install.python("scim2-server", SCIM2_SERVER) / "scim2-server"
    return Command([str(command), "--bearer-token", start.token, "--port", str(start.port)], dict(os.environ))


def _node(name: str, source: str, start: Start) -> Command:
    place = install.node(name, HERE / source)
    line = [str(shutil.which("node")), str(place / "server.mjs"), str(start.port)]
    return Command(line, {**os.environ, "SCIM_TOKEN": start.token})


def _scimmy(start: Start) -> Command:
    return _node("scimmy-routers", "scimmy", start)


def _better_auth(start: Start) -> Command:
    return _node("better-auth-scim", "better_auth", start)


def _jackson(start: Start) -> Command:
    return _node("saml-jackson", "jackson", start)


def _waitress(project: str, programs: Path, start: Start, *migrate: str) -> Command:
    """Make the tables of a Django project of ours, and say how waitress serves it."""
    tables = [str(programs / "python"), "-m", "django", "migrate", *migrate, "--verbosity", "0"]
    serve = [str(programs / "waitress-serve"), f"--listen=127.0.0.1:{start.port}", "--call"]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": f"tests.real.{project}.settings",
        "PYTHONPATH": str(install.ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SCIM_DATABASE": str(start.directory / "database.sqlite3"),
        "SCIM_PORT": str(start.port),
        "SCIM_TOKEN": start.token,
    }
    call(tables, env, start.directory, 60)
    return Command([*serve, "django.core.wsgi:get_wsgi_application"], env)


def _django(start: Start) -> Command:
    return _waitress("django_target", install.python("django-scim2", DJANGO), start, "--run-syncdb")


def _django_server(start: Start) -> Command:
    return _waitress("django_server", install.python("django-scim2-server", DJANGO_SERVER), start)


SERVERS = (
    Server(
        "scim2-server",
        "0.8.3",
        "A Python server for the tests of SCIM clients, started by its own command with its default, strict policy.",
        "/v2",
        _scim2_server,
    ),
    Server(
        "scimmy-routers",
        "1.3.2",
        "SCIMMY 1.3.5 for Node.js with its Express routers, Express 5.3.0, and handlers in memory as a vendor writes "
        "them (`tests/real/scimmy/server.mjs`).",
        "/scim",
        _scimmy,
    ),
    Server(
        "django-scim2",
        "0.23.0",
        "A reusable Django 5.2 app with its standard adapters and filters over SQLite, in a minimal project behind "
        "waitress (`tests/real/django_target/`).",
        "/scim/v2",
        _django,
    ),
    Server(
        "better-auth-scim",
        "1.7.5",
        "The SCIM plugin of Better Auth for Node.js with one connection, its setting for Entra's group schema and "
        "Better Auth's own store in memory (`tests/real/better_auth/server.mjs`).",
        "/api/auth/scim/v2",
        _better_auth,
    ),
    Server(
        "saml-jackson",
        "26.2.0",
        "The directory sync of SAML Jackson (Ory Polis) for Node.js, embedded as its documentation shows, with its own "
        "store in memory (`tests/real/jackson/server.mjs`).",
        "/scim/v2.0",
        _jackson,
        alive="/Users?startIndex=1&count=1",
    ),
    Server(
        "django-scim2-server",
        "1.1.0",
        "A Django 5.2 app, unrelated to django-scim2, with its default adapters over SQLite, in a minimal project "
        "behind waitress (`tests/real/django_server/`).",
        "/scim/v2",
        _django_server,
    ),
)
