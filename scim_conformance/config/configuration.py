"""The configuration of one run: settings, secrets and profile, each resolved once and passed on unchanged."""

from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from scim_conformance.config import credentials
from scim_conformance.config.credentials import Access
from scim_conformance.config.settings import Secrets, Settings, SettingsError
from scim_conformance.entra.profiles.profile import Credentials, Profile, ProfileError, load

NONE = Secrets()


@dataclass
class Configuration:
    """The settings of one run, and what follows from them: computed on first use, and then kept."""

    settings: Settings
    secrets: Secrets = NONE
    file: str | None = None
    """The TOML file that the settings come from."""
    loaded: Profile | None = field(default=None, repr=False)
    """The profile, if it is already loaded."""

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
