"""What policies say of one act: the effect, what it takes, and the rules that said so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from apps.approvals.core.requirement import Requirement
from apps.kernel.canonical import canonical_json, digest
from apps.policies.core.inputs import Inputs
from apps.policies.core.vocabulary import Effect
from apps.policies.core.windows import Window, all_open, next_opening


class Match(NamedTuple):
    """A rule that decided, of which version of which policy, and what it says in words."""

    policy_key: str
    version: int
    digest: str
    rule_id: str
    effect: Effect
    text: str

    @property
    def source(self) -> str:
        """The policy and its version in words."""
        return f"{self.policy_key} v{self.version}" if self.version else f"{self.policy_key}, built in"

    def as_dict(self) -> dict[str, Any]:
        return {**self._asdict(), "effect": str(self.effect)}


@dataclass(frozen=True, slots=True)
class ActivePolicy:
    """A policy's content in force. ``version`` 0 is the built-in one.

    A ``fallback`` speaks only where no other policy of its key does.
    """

    key: str
    version: int
    digest: str
    content: Mapping[str, Any] = field(compare=False)
    fallback: bool = False

    def as_dict(self) -> dict[str, Any]:
        """How a decision remembers it: the content is found by its digest."""
        return {"key": self.key, "version": self.version, "digest": self.digest, "fallback": self.fallback}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of an evaluation. Equal inputs and policies give equal bytes.

    ``requirement`` is the seats to fill, ``windows`` when it may happen, ``deadline_hours`` how long an approval may
    take. ``separation_of_duties``: who wrote it does not carry it out either.
    """

    effect: Effect
    requirement: Requirement
    windows: tuple[Window, ...]
    tests_required: bool
    separation_of_duties: bool
    deadline_hours: int | None
    matches: tuple[Match, ...]
    inputs: Inputs
    policies: tuple[ActivePolicy, ...]

    @property
    def is_denied(self) -> bool:
        return self.effect == Effect.DENY

    @property
    def deciding(self) -> tuple[Match, ...]:
        """The rules of the effect that won."""
        return tuple(match for match in self.matches if match.effect == self.effect)

    @property
    def reason(self) -> str:
        """One sentence for people."""
        if not self.matches:
            return "No rule of any policy names this."
        return "; ".join(f"{match.text} ({match.source}, {match.rule_id})" for match in self.deciding)

    def is_open(self, at: datetime) -> bool:
        """Whether the time windows allow it now."""
        return all_open(self.windows, at)

    def next_opening(self, at: datetime) -> datetime | None:
        """When the time windows allow it next; None where they never do."""
        return next_opening(self.windows, at)

    def digest_material(self) -> dict[str, Any]:
        """What an approval is given under: the outcome and the rules and versions that gave it.

        Inputs, policies that said nothing, and how a rule is put in words are not in it, so that none moves a vote.
        """
        return {
            "effect": str(self.effect),
            "requirement": self.requirement.as_dict(),
            "windows": [window.as_dict() for window in self.windows],
            "tests_required": self.tests_required,
            "separation_of_duties": self.separation_of_duties,
            "deadline_hours": self.deadline_hours,
            "matches": [_without_text(match.as_dict()) for match in self.matches],
        }

    @property
    def digest(self) -> str:
        """64 hexadecimal digits over ``digest_material``."""
        return digest(self.digest_material())

    def outcome(self) -> dict[str, Any]:
        """The same with the rules in words: what is kept of a decision, and shown."""
        return {**self.digest_material(), "matches": [match.as_dict() for match in self.matches]}

    def as_dict(self) -> dict[str, Any]:
        """The outcome and everything it was made from."""
        return {
            **self.outcome(),
            "inputs": self.inputs.as_dict(),
            "policies": [policy.as_dict() for policy in self.policies],
        }

    def as_bytes(self) -> bytes:
        """The canonical form a replay has to meet byte for byte."""
        return canonical_json(as_compared(self.as_dict()))


def as_compared(judged: Mapping[str, Any]) -> dict[str, Any]:
    """A judgement's JSON form, stored or made again, without its rules in words: a release may find better ones."""
    return {**judged, "matches": [_without_text(match) for match in judged["matches"]]}


def _without_text(match: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in match.items() if name != "text"}
