"""The database of a rehearsal, `private/state.db`: opened, and its tables.

It has what the provisioning service remembers (links, what was last sent, failed objects) and what lets an interrupted
rehearsal continue. It contains personal data, so only its owner may read it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TABLES = """
CREATE TABLE IF NOT EXISTS object (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
  changed INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS object_changed ON object (kind, changed);
CREATE TABLE IF NOT EXISTS member (
  team TEXT NOT NULL, member TEXT NOT NULL, PRIMARY KEY (team, member)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS member_of ON member (member);
CREATE TABLE IF NOT EXISTS assignment (
  principal TEXT NOT NULL, kind TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (principal, role)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS manager (user TEXT PRIMARY KEY, boss TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS standing (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS joined (
  team TEXT NOT NULL, member TEXT NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (team, member)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (
  source TEXT PRIMARY KEY, kind TEXT NOT NULL, target TEXT NOT NULL, state TEXT NOT NULL, sent TEXT NOT NULL,
  manager TEXT, boss TEXT, name TEXT NOT NULL, display TEXT NOT NULL, found INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_target ON link (kind, target);
CREATE TABLE IF NOT EXISTS owed (
  kind TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL, body TEXT, unsure INTEGER NOT NULL,
  touched INTEGER NOT NULL, how TEXT NOT NULL, PRIMARY KEY (kind, target)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS owed_source ON owed (source);
CREATE INDEX IF NOT EXISTS owed_order ON owed (kind, source, target);
CREATE TABLE IF NOT EXISTS escrow (
  source TEXT NOT NULL, phase TEXT NOT NULL, code TEXT NOT NULL, tries INTEGER NOT NULL, first TEXT NOT NULL,
  next TEXT NOT NULL, PRIMARY KEY (source, phase)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS finding (
  seq INTEGER PRIMARY KEY, asks TEXT NOT NULL, attribute TEXT NOT NULL, text TEXT NOT NULL, key TEXT NOT NULL,
  sent TEXT NOT NULL, found TEXT NOT NULL, source TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cycle (
  number INTEGER PRIMARY KEY, kind TEXT NOT NULL, since INTEGER, at TEXT NOT NULL, guid TEXT NOT NULL,
  finished INTEGER NOT NULL, tally TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS done (task TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request (
  task TEXT NOT NULL, n INTEGER NOT NULL, line TEXT NOT NULL, status INTEGER, reply TEXT, PRIMARY KEY (task, n))
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS job (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

PRIVATE = "private"
"""The folder of a report directory for what is personal; only its owner may read it."""

PAGE = 500
"""Rows that are read at once, so that a directory of any size needs the same memory."""


def private(directory: Path) -> Path:
    """Make and return the folder for personal data of a report directory."""
    folder = directory / PRIVATE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def opened(path: Path | None) -> sqlite3.Connection:
    """Open the database at `path`, or make it; None: one that SQLite deletes when it is closed.

    Every statement is its own transaction, unless `transaction` encloses it.
    """
    if path is not None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect("" if path is None else path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -4096")
    connection.executescript(TABLES)
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit everything in the block together, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
