"""The words a policy is written in, and the nearest known word to one that is not."""

import difflib
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

KIND: Final = "policy"
ANY: Final = "any"


class Effect(StrEnum):
    """What a rule says, the weakest first: the stronger one overrides."""

    ALLOW = "allow"
    REQUIRE_APPROVAL = "require_approval"
    DENY = "deny"

    @property
    def strength(self) -> int:
        return list(Effect).index(self)


class Mode(StrEnum):
    """Which of the matching rules of one policy decide (XY-087).

    ``first_match``: the first by priority. ``deny_overrides``: those of the strongest effect. ``collect_requirements``:
    all of them.
    """

    FIRST_MATCH = "first_match"
    DENY_OVERRIDES = "deny_overrides"
    COLLECT_REQUIREMENTS = "collect_requirements"


#: Types of policies the ledger names. Only governance is evaluated; the others are refused when staged.
POLICY_TYPES: Final = ("access", "budget", "governance", "rating", "retention", "treasury")
GOVERNANCE: Final = "governance"

STAGES: Final = ("dev", "test", "prod")
RISKS: Final = ("low", "medium", "high")
ACTOR_KINDS: Final = ("human", "agent", "service")
LANES: Final = ("interactive", "background", "batch")
SAFETY_CLASSES: Final = ("READ", "WRITE_INTERNAL", "WRITE_EXTERNAL_SIDE_EFFECT")
REVERSIBILITIES: Final = ("lossless", "lossy", "irreversible")
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: Actions a rule may name before any command of that name exists.
PLANNED_ACTIONS: Final = frozenset({"cicd.deploy", "federation.link.establish", "infra.apply", "pack.promote"})
#: What those act on.
PLANNED_RESOURCE_TYPES: Final = frozenset({"deployment", "federation_link", "infrastructure", "package"})


def names_action(pattern: str, action: str) -> bool:
    """Whether an action, or a pattern with ``*`` and ``?``, covers the action. Case counts."""
    return pattern in ("*", action) or fnmatchcase(action, pattern)


def suggestions(word: str, known: Iterable[str]) -> list[str]:
    """At most three known words that look like this one, the nearest first."""
    return difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.5)


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """The sentence that refuses a word, with what was probably meant."""
    words = sorted(known)
    near = suggestions(word, words)
    if near:
        return f"There is no {what} “{word}”. Did you mean {' or '.join(f'“{one}”' for one in near)}?"
    listed = f" Known are {', '.join(words)}." if len(words) <= 12 else ""
    return f"There is no {what} “{word}”.{listed}"
