"""What a judgement is made from: everything the evaluator may know, as one canonical value."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Inputs:
    """Who does what, where, to which kinds of things, with what measured effect.

    ``action`` is a command or an action type, ``stage`` the environment's name, ``resource_types`` the kinds touched,
    ``reversibility`` the worst class of what would be done, ``actor_subjects`` what the actor is (``role:Operator``).
    ``actors`` says it of each, where several people answer for the act; ``actor_subjects`` is then all of that.
    """

    action: str
    stage: str
    environment_id: str
    resource_types: tuple[str, ...] = ()
    risk: str = "low"
    reversibility: str = "lossless"
    actor_kind: str = "human"
    actor_subjects: tuple[str, ...] = ()
    lane: str = "interactive"
    safety_class: str = "WRITE_INTERNAL"
    actors: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(
        cls,
        *,
        resource_types: Iterable[str] = (),
        actor_subjects: Iterable[str] = (),
        actors: Iterable[Iterable[str]] = (),
        **rest: Any,
    ) -> "Inputs":
        """The same inputs in whatever order their parts are given. ``actors`` that are all the same are one."""
        each = sorted({tuple(sorted(set(one))) for one in actors})
        together = {subject for one in each for subject in one} if each else set(actor_subjects)
        return cls(
            resource_types=tuple(sorted(set(resource_types))),
            actor_subjects=tuple(sorted(together)),
            actors=tuple(each) if len(each) > 1 else (),
            **rest,
        )

    def of_each_actor(self) -> Iterator["Inputs"]:
        """The inputs as of each person who answers for the act, as if by himself."""
        for subjects in self.actors or (self.actor_subjects,):
            yield replace(self, actor_subjects=subjects, actors=())

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Inputs":
        return cls.of(**stored)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form. Where one person answers there is nothing to say of each."""
        several = {"actors": [list(one) for one in self.actors]} if self.actors else {}
        return {
            "action": self.action,
            "stage": self.stage,
            "environment_id": self.environment_id,
            "resource_types": list(self.resource_types),
            "risk": self.risk,
            "reversibility": self.reversibility,
            "actor_kind": self.actor_kind,
            "actor_subjects": list(self.actor_subjects),
            "lane": self.lane,
            "safety_class": self.safety_class,
            **several,
        }
