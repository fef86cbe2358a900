"""Policies for tests, made by the same commands as in production."""

from dataclasses import dataclass
from typing import Any

from apps.changes.models import Change
from apps.events.models import Event
from apps.kernel.dispatch import dispatch
from apps.policies.models import Decision, PolicyVersion
from apps.policies.services.asking import asked_now
from apps.tenancy.models import Principal
from tests.changing import World

DENY_ALL: dict[str, Any] = {"rule_id": "freeze", "effect": "deny", "match": {"action": "change.merge"}}
THREE: dict[str, Any] = {
    "rule_id": "three",
    "effect": "require_approval",
    "match": {"action": "pack.promote"},
    "requirements": {"approvals": [{"min": 3}]},
}


@dataclass(frozen=True)
class Government:
    """The policies of a world."""

    world: World

    def write(
        self, key: str = "releases", *rules: dict[str, Any], environment: str = "dev", by: Principal | None = None,
        **envelope: Any,
    ) -> PolicyVersion:  # fmt: skip
        """A policy defined by a merged change: its first version, a draft."""
        change = self.world.open(f"Define {key}", by=by, environment=environment)
        payload = {"key": key, "name": key.title(), "rules": list(rules), **envelope}
        self.world.stage(change, "define", payload, on=key, kind="policy", by=by)
        self._merge(change)
        return self.newest(key, environment)

    def change(self, key: str, op_type: str, payload: dict[str, Any], *, environment: str = "dev") -> PolicyVersion:
        """One operation on a policy, merged: the newest version of it."""
        change = self.world.open(f"Change {key}", environment=environment)
        self.world.stage(change, op_type, payload, on=key, kind="policy")
        self._merge(change)
        return self.newest(key, environment)

    def _merge(self, change: Change) -> None:
        done = self.world.check_in(change)
        assert done.status == "Ready", done.plan
        self.approve_change(done)
        self.world.merge(done)

    def approve_change(self, change: Change) -> None:
        """The votes of everybody it takes, where it takes any."""
        required = (change.plan or {})["requirement"]["votes"]
        for voter in (self.world.ben, self.world.cleo)[:required]:
            self.world.give("change.approve", change.pk, by=voter, digest=change.approval_digest)

    def newest(self, key: str = "releases", environment: str = "dev") -> PolicyVersion:
        where = self.world.environment(environment).pk
        with self.world.reading():
            found: PolicyVersion | None = (
                PolicyVersion.objects.filter(environment_id=where, key=key).order_by("-number").first()
            )
        assert found is not None
        return found

    def again(self, version: PolicyVersion) -> PolicyVersion:
        with self.world.reading():
            found: PolicyVersion = PolicyVersion.objects.select_related("environment").get(pk=version.pk)
        return found

    def simulate(self, version: PolicyVersion, *, by: Principal | None = None) -> PolicyVersion:
        """Ask for a simulation, and do the worker's part."""
        self.world.give("policy.simulate", version.pk, by=by)
        with self.world.as_system():
            dispatch("policy.run_simulation", version.pk)
        return self.again(version)

    def digest(self, version: PolicyVersion) -> str:
        """What a vote on the version is for now."""
        with self.world.reading():
            return asked_now(self.again_here(version)).digest

    @staticmethod
    def again_here(version: PolicyVersion) -> PolicyVersion:
        found: PolicyVersion = PolicyVersion.objects.select_related("environment").get(pk=version.pk)
        return found

    def approve(self, version: PolicyVersion, *voters: Principal) -> PolicyVersion:
        for voter in voters:
            self.world.give("policy.approve", version.pk, by=voter, digest=self.digest(version))
        return self.again(version)

    def activate(self, version: PolicyVersion, *voters: Principal, by: Principal | None = None) -> PolicyVersion:
        """All of its life up to being in force."""
        self.simulate(version)
        self.approve(version, *voters)
        self.world.give("policy.activate", version.pk, by=by)
        return self.again(version)

    def merged(self, environment: str = "dev", *, key: str = "incident") -> Change:
        """A merged change that defines a record type, with the votes it takes."""
        change = self.world.open(f"Define {key}", environment=environment)
        self.world.stage(change, "define", {"key": key, "name": key.title()}, on=key)
        self._merge(change)
        return self.world.again(change)

    def decisions(self, **narrowed: Any) -> list[Decision]:
        with self.world.reading():
            return list(Decision.objects.filter(**narrowed).order_by("decided_at", "id"))

    def events(self, version: PolicyVersion) -> list[str]:
        with self.world.reading():
            found = Event.objects.filter(resource_type="policies.policyversion", resource_id=str(version.pk))
            ordered = found.order_by("occurred_at", "source_ref", "source_sequence", "pk")
            return list(ordered.values_list("event_type", flat=True))
