"""Both servers of a profile as one thing: start or reuse, share, stop."""

from __future__ import annotations

from config.local import postgres, roles, valkey
from config.local.state import Profile, Users

KEEP = "keep"


class Servers:
    """PostgreSQL and Valkey of one profile, shared by all who use them at the same time."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.postgres = postgres.Postgres(profile)
        self.valkey = valkey.Valkey(profile)
        self._users: Users | None = None

    def start(self, *, die_with_us: bool = False, database: bool = True, broker: bool = True) -> None:
        """Start what is wanted and does not run, and count ourselves as a user until ``release``."""
        with self.profile.locked():
            self._users = Users(self.profile)
            self._users.join()
            if database:
                self.postgres.start(die_with_us=die_with_us)
                roles.prepare(self.postgres)
            if broker:
                self.valkey.start(die_with_us=die_with_us)

    def died(self) -> list[str]:
        """Names of those we started that have ended without being asked."""
        found = {"PostgreSQL": self.postgres.died(), "Valkey": self.valkey.died()}
        return [name for name, ended in found.items() if ended]

    def keep(self) -> None:
        """Let the servers run until somebody stops them by hand."""
        self.profile.path(KEEP).touch()

    def release(self) -> None:
        """Stop the servers unless others use them or they were started to stay."""
        with self.profile.locked():
            alone = self._users.leave() if self._users else False
            self._users = None
            if alone and not self.profile.path(KEEP).exists():
                self._stop()

    def stop(self) -> None:
        """Stop them, whoever uses them."""
        with self.profile.locked():
            self.profile.path(KEEP).unlink(missing_ok=True)
            self._stop()

    def remove(self) -> None:
        """Stop them and delete their data."""
        self.stop()
        self.profile.remove()

    def status(self) -> dict[str, bool]:
        """Which server answers."""
        return {"postgres": self.postgres.running(), "valkey": self.valkey.running()}

    def _stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()
