"""The configuration of one run: settings, secrets and profile, each resolved once and passed on unchanged."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from scim_conformance.config import credentials
from scim_conformance.config.credentials import Access
from scim_conformance.config.settings import Secrets, Settings, SettingsError
from scim_conformance.entra.profiles.profile import Credentials, Profile, ProfileError, load
from scim_conformance.scenario.exchange import Credential

NONE = Secrets()


@dataclass(frozen=True)
class TargetFlags:
    """The flags by which a command got its target, for the commands that it prints."""

    flags: Mapping[str, str] = field(default_factory=dict)
    """The flags that name target and access, by the setting's name; nothing that the environment or a file has."""
    waivers: str = ""
    """The file with waivers, if a flag names it: not every command has that flag."""
    demo: str = ""
    """The command that starts the embedded target as it was; empty: the target is not the embedded one."""
    export: str = ""
    """The command that sets the variable with the token, for commands that read it there; empty: it is set, or there
    is no token."""
    only_curl: bool = False
    """Only commands of curl need that: the others have a flag for the token."""

    def words(self, *omitted: str) -> str:
        """Return the flags for a command line, with a space before each; `omitted`: settings that it knows."""
        found = [f" --{name.replace('_', '-')} {shlex.quote(value)}" for name, value in self.flags.items()]
        names = [name not in omitted for name in self.flags]
        return "".join(text for text, is_needed in zip(found, names, strict=True) if is_needed)

    def running(self, more: str = "") -> str:
        """Return the command that runs everything, with the same waivers; `more`: flags of its own."""
        return f"scim-conformance run{more}{self.words()}{self.accepting()}"

    def accepting(self) -> str:
        """Return the flag with the waivers, for a command line."""
        return f" --waivers {shlex.quote(self.waivers)}" if self.waivers else ""


NO_FLAGS = TargetFlags()
"""The target is known from the environment or a file."""


@dataclass
class Configuration:
    """The settings of one run, and what follows from them: computed on first use, and then kept."""

    settings: Settings
    secrets: Secrets = NONE
    file: str | None = None
    """The TOML file that the settings come from."""
    loaded: Profile | None = field(default=None, repr=False)
    """The profile, if it is already loaded."""
    origin: TargetFlags = NO_FLAGS

    @cached_property
    def profile(self) -> Profile:
        """The profile as its file defines it.

        Raises:
            SettingsError: it is invalid.
        """
        if self.loaded is not None:
            return self.loaded
        try:
            return load(self.settings.profile)
        except ProfileError as error:
            raise SettingsError(str(error)) from None

    @cached_property
    def access(self) -> Access:
        """What the wire needs.

        Raises:
            SettingsError: the credentials are contradictory or incomplete, or a secret cannot be read.
        """
        return credentials.access(self.settings, self.profile, self.secrets)

    @cached_property
    def further(self) -> Mapping[Credential, str]:
        """The tokens in addition to the one that the run uses.

        Raises:
            SettingsError: a header cannot contain one of them.
        """
        return credentials.further(self.secrets)

    def check_access(self) -> None:
        """Refuse to start without credentials: Entra never sends a request without a token.

        Raises:
            SettingsError: there are none, or they are contradictory or incomplete.
        """
        if self.access is None:
            raise SettingsError(credentials.NO_TOKEN)

    @property
    def credentials(self) -> Credentials:
        """The credentials to use, without the secret: the settings before the profile."""
        return credentials.in_use(self.settings, self.profile, self.secrets)

    @property
    def played(self) -> Profile:
        """The profile with the credentials that are used."""
        return msgspec.structs.replace(self.profile, credentials=self.credentials)

    def agree(self) -> None:
        """Record that the run may write to the target, which is not on this machine."""
        self.settings = msgspec.structs.replace(self.settings, yes=True)
