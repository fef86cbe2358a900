"""What a change reaches: counted once, whatever the order, and the same at once or a page at a time."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.changes.core.impact import (
    SAMPLE,
    Counted,
    Dependant,
    Impact,
    Part,
    added,
    counting,
    finished,
    gathered,
)

TASK = ("record_type", "task")
INCIDENT = ("record_type", "incident")
identities = st.tuples(st.sampled_from(["form", "record_type"]), st.sampled_from(["a", "b", "c", "incident", "task"]))
targets = st.sampled_from([TASK, INCIDENT])
dependants = st.builds(
    lambda identity, target, direct: Dependant(*identity, "references", target, direct),
    identities,
    targets,
    st.booleans(),
)
unique = st.lists(dependants, unique_by=lambda one: (one.identity, one.target), max_size=20)


def _by_source(found: list[Dependant]) -> list[Counted]:
    """The same dependants as a worker meets them: each definition once, with all it refers to."""
    grouped: dict[Any, list[Dependant]] = {}
    for one in found:
        grouped.setdefault(one.identity, []).append(one)
    return [
        Counted(
            *identity,
            "references",
            frozenset(one.target for one in group),
            frozenset(one.target for one in group if one.direct),
        )
        for identity, group in grouped.items()
    ]


def test_a_definition_that_refers_to_two_that_change_is_one_dependant() -> None:
    """The number people weigh a change by is of definitions, not of arrows."""
    both = [Dependant("form", "a", "uses", target, direct=True) for target in (TASK, INCIDENT)]
    impact = gathered(both, [TASK, INCIDENT])
    assert (impact.dependants, impact.by_kind) == (1, {"form": 1})
    assert impact.by_target == {TASK: {"form": 1}, INCIDENT: {"form": 1}}


def test_what_the_change_alters_itself_is_not_somebody_else() -> None:
    """A change of a type and of its child reaches nobody by that."""
    impact = gathered([Dependant(*INCIDENT, "inherits", TASK, direct=True)], [TASK, INCIDENT])
    assert (impact.dependants, impact.sample) == (0, ())
    assert impact.by_target == {TASK: {"record_type": 1}}


def test_a_type_that_refers_to_itself_is_not_its_own_dependant() -> None:
    assert gathered([Dependant(*TASK, "references", TASK, direct=True)], [TASK]) == gathered([], [TASK])


def test_a_part_that_was_cut_off_makes_the_whole_a_lower_bound() -> None:
    """“37 records” while there are millions would be a lie that people approve."""
    records = Part("records", 1_000, ("INC0000001",), complete=False, counts_as="rows", by_target={TASK: 1_000})
    impact = gathered([], [TASK], parts=[records])
    assert (impact.complete, impact.rows, impact.dependants) == (False, 1_000, 0)
    (shown,) = impact.of(TASK)
    assert (shown.name, shown.count, shown.complete) == ("records", 1_000, False)
    assert impact.of(INCIDENT) == ()


def test_each_kind_is_named_by_a_few_and_counted_whole() -> None:
    many = [Dependant("form", f"f{number:03}", "uses", TASK, direct=True) for number in range(SAMPLE + 5)]
    impact = gathered([*many, Dependant("script", "s", "uses", TASK, direct=True)], [TASK])
    assert impact.by_kind == {"form": SAMPLE + 5, "script": 1}
    assert [one.kind for one in impact.sample] == ["form"] * SAMPLE + ["script"]
    assert [(part.name, part.count, len(part.sample)) for part in impact.of(TASK)] == [
        ("form", SAMPLE + 5, SAMPLE),
        ("script", 1, 1),
    ]


@given(unique, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_show(found: list[Dependant], random: Any) -> None:
    """Two readers of one change see the same impact, whatever order the database answers in."""
    shuffled = list(found)
    random.shuffle(shuffled)
    assert gathered(found, [TASK]) == gathered(shuffled, [TASK])


@given(unique, st.integers(1, 5))
def test_counting_page_by_page_counts_as_at_once(found: list[Dependant], size: int) -> None:
    """A worker that goes on after a crash ends with the numbers of one that did not crash."""
    touched = [TASK, INCIDENT]
    pages = _by_source(found)
    counted = counting(())
    for start in range(0, len(pages), size):
        counted = added(counted, pages[start : start + size], touched)
    whole = gathered(found, touched)
    done = finished(counted, counted.parts)
    assert (done.by_kind, done.by_target, done.complete) == (whole.by_kind, whole.by_target, True)
    assert [(one.identity, one.target) for one in done.sample] == [(one.identity, one.target) for one in whole.sample]


@given(unique, st.booleans())
def test_an_impact_survives_storage(found: list[Dependant], complete: bool) -> None:
    parts = [Part("records", 3, ("INC1",), complete, "rows", {TASK: 3})]
    impact = gathered(found, [TASK], parts=parts, complete=complete)
    assert Impact.from_dict(json.loads(json.dumps(impact.as_dict()))) == impact
