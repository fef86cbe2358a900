"""What a change reaches: read by index and up to a bound at once, and counted whole by a worker."""

from datetime import timedelta
from typing import Any

import pytest

from apps.changes.core.impact import Dependant, Impact, Part
from apps.changes.models import Change, ChangeImpact
from apps.changes.queries import impact_of, measured_impact
from apps.changes.services import counting, measuring
from apps.changes.services.planning import plan_change
from apps.kernel import hooks
from apps.kernel.dispatch import dispatch
from apps.metadata.queries import Place, descendants, referrers, referrers_after
from tests.changing import World, world
from tests.services.changes.measured import pointing_at

TASK = ("record_type", "task")


@pytest.fixture
def family(acme: World) -> World:
    """thing <- task <- incident <- major; note points at task; island stands alone."""
    change = acme.open()
    for key, base in (("thing", ""), ("task", "thing"), ("incident", "task"), ("major", "incident"), ("island", "")):
        payload = {"key": key, "name": key.title(), **({"base_type": base} if base else {})}
        acme.stage(change, "define", payload, on=key)
    acme.stage(change, "define", {"key": "note", "name": "Note"}, on="note")
    acme.add_field(change, "about", on="note", type="reference", references="incident")
    acme.carry_through(change)
    return acme


def planned(of: World, *keys: str) -> Change:
    """A draft that describes these types."""
    change = of.open()
    for key in keys:
        of.stage(change, "set_attribute", {"attribute": "description", "value": "Other"}, on=key)
    return change


def measured(of: World, *keys: str, limit: int = 1_000) -> Impact:
    change = planned(of, *keys)
    with of.reading():
        return measuring.measure(change.environment_id, plan_change(of_again(change)).plan, limit=limit)


def of_again(change: Change) -> Change:
    found: Change = Change.objects.select_related("environment", "project").get(pk=change.pk)
    return found


def step(of: World, change: Change) -> ChangeImpact:
    with of.as_system():
        done: ChangeImpact = dispatch("change.measure_impact", change.pk)
    return done


def test_what_refers_to_a_base_is_found_through_what_inherits_from_it(family: World) -> None:
    """The acceptance of the issue: the reference graph, transitively for base types."""
    found = measured(family, "task")
    assert (found.dependants, found.by_kind, found.complete) == (3, {"record_type": 3}, True)
    assert found.sample == (
        Dependant("record_type", "incident", "inherits", TASK, direct=True),
        Dependant("record_type", "major", "inherits", TASK, direct=False),
        Dependant("record_type", "note", "references", TASK, direct=False),
    )


def test_what_nobody_refers_to_reaches_nobody(family: World) -> None:
    assert measured(family, "island").as_dict()["dependants"] == 0
    assert measured(family, "note").dependants == 0


def test_a_change_of_two_types_counts_each_dependant_once(family: World) -> None:
    found = measured(family, "task", "incident")
    assert found.by_kind == {"record_type": 2}  # major and note; incident is altered itself
    assert found.by_target == {TASK: {"record_type": 3}, ("record_type", "incident"): {"record_type": 2}}


def test_operations_that_change_nothing_reach_nobody(family: World) -> None:
    change = family.open()
    family.stage(change, "set_attribute", {"attribute": "name", "value": "Task"}, on="task")
    with family.reading():
        assert plan_change(of_again(change)).impact.dependants == 0


def test_only_the_environment_of_the_change_counts(family: World) -> None:
    """What test runs is nobody's business in dev."""
    pointing_at(family, "island", count=3, name="f", environment="test")
    assert measured(family, "island").dependants == 0


def test_another_tenant_is_not_counted(family: World) -> None:
    """A leak of numbers is a leak."""
    other = world("globex")
    other.define("task")
    pointing_at(other, "task", count=3, name="f")
    assert measured(family, "task").dependants == 3
    assert measured(other, "task").by_kind == {"file": 3}


def test_the_plan_holds_what_was_measured_and_the_risk(family: World) -> None:
    """An operator sees it before approving, without asking anything else."""
    done = family.check_in(planned(family, "task"))
    assert done.plan["impact"]["by_kind"] == {"record_type": 3}
    assert done.plan["risk"]["tier"] == "low"
    assert done.plan["risk"]["inputs"]["dependants"] == 3
    with family.reading():
        shown = measured_impact(of_again(done))
    assert shown is not None
    assert (shown["status"], shown["progress"], shown["dependants"]) == ("complete", 1.0, 3)
    assert family.jobs("change.measure_impact") == []


def test_nothing_is_known_before_the_first_validation(family: World) -> None:
    change = planned(family, "task")
    with family.reading():
        assert measured_impact(of_again(change)) is None


@pytest.fixture
def crowd(family: World) -> World:
    """Two hundred and fifty definitions point at the family: more than the bound of these tests."""
    pointing_at(family, "task", count=150, name="t", edges=2)
    pointing_at(family, "major", count=100, name="m")
    return family


def test_a_measure_stops_at_its_bound_and_says_so(crowd: World) -> None:
    """No request walks a graph of any size; the number is a lower bound and called one."""
    found = measured(crowd, "task", limit=50)
    assert not found.complete
    assert 0 < found.dependants <= 50
    assert measured(crowd, "task", limit=1_000).by_kind == {"file": 250, "record_type": 3}


@pytest.mark.parametrize("size", [1, 7, 64, 5_000])
def test_a_walk_in_pages_finds_what_one_look_finds(crowd: World, size: int) -> None:
    """Whatever the size of a step, nobody is counted twice or left out."""
    where = crowd.environment().pk
    with crowd.reading():
        members = descendants(where, [TASK])
        place: Place | None = Place()
        found = []
        for _step in range(1_000):
            assert place is not None
            page = referrers_after(where, members, place, limit=size)
            found += [(one.kind, one.key) for one in page.found]
            place = page.following
            if place is None:
                break
        whole = referrers(where, [TASK], limit=10_000).found
    assert place is None
    assert sorted(found) == [(one.kind, one.key) for one in whole]


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small bounds, so that a small crowd is too many."""
    monkeypatch.setattr(measuring.measure, "__kwdefaults__", {"limit": 50})
    monkeypatch.setattr(counting, "STEP", 60)


@pytest.mark.usefixtures("bounded")
def test_a_worker_counts_on_where_the_request_stopped(crowd: World) -> None:
    """Resumable, with progress: each step is committed, and the next one goes on from it."""
    change = crowd.check_in(planned(crowd, "task"))
    assert change.plan["risk"]["rule"] == "unmeasured"
    with crowd.reading():
        first = impact_of(change.pk)
    assert first is not None
    assert (first.status, first.progress) == ("measuring", 0.0)
    assert crowd.jobs("change.measure_impact") == [str(change.pk)]

    progress = [first.progress]
    counted = [first.result["dependants"]]
    while (row := step(crowd, change)).finished_at is None:
        progress.append(row.progress)
        counted.append(row.result["dependants"])

    assert progress == sorted(progress)
    assert counted == sorted(counted)  # what is shown never shrinks while it is counted
    assert len(progress) > 3
    assert row.result["by_kind"] == {"file": 250, "record_type": 3}
    with crowd.reading():
        shown = measured_impact(of_again(change))
    assert shown is not None
    assert (shown["status"], shown["complete"], shown["dependants"]) == ("complete", True, 253)
    assert crowd.events(change).count("change.impact_measured") == 1


@pytest.mark.usefixtures("bounded")
def test_a_step_that_comes_twice_or_late_counts_nobody_twice(crowd: World) -> None:
    change = crowd.check_in(planned(crowd, "task"))
    rows = [step(crowd, change) for _ in range(20)]  # far more deliveries than steps
    assert rows[-1].result["dependants"] == 253
    assert crowd.events(change).count("change.impact_measured") == 1


@pytest.mark.usefixtures("bounded")
def test_a_step_that_dies_halfway_is_counted_again(crowd: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed worker leaves the row as the last step left it."""
    change = crowd.check_in(planned(crowd, "task"))
    before = step(crowd, change)
    with monkeypatch.context() as patched:
        patched.setattr(ChangeImpact, "save", _die)
        with pytest.raises(RuntimeError):
            step(crowd, change)
    with crowd.reading():
        after = impact_of(change.pk)
    assert after is not None
    assert (after.cursor, after.result) == (before.cursor, before.result)
    while (row := step(crowd, change)).finished_at is None:
        pass
    assert row.result["dependants"] == 253


def _die(*_: Any, **__: Any) -> None:
    raise RuntimeError("killed")


@pytest.mark.usefixtures("bounded")
def test_a_validation_of_the_same_leaves_a_count_under_way_alone(crowd: World) -> None:
    """A hot environment replans often; counting from the start each time would never end."""
    change = crowd.check_in(planned(crowd, "task"))
    run = step(crowd, change).run
    with crowd.as_system():
        dispatch("change.replan", change.pk)
    with crowd.reading():
        row = impact_of(change.pk)
    assert row is not None
    assert row.run == run
    assert row.cursor is not None


@pytest.mark.usefixtures("bounded")
def test_a_count_that_stands_still_is_begun_anew(crowd: World) -> None:
    """Its job is in quarantine: the next validation must not wait for it for ever."""
    change = crowd.check_in(planned(crowd, "task"))
    stuck = step(crowd, change)
    with crowd.reading():
        ChangeImpact.objects.filter(pk=stuck.pk).update(measured_at=stuck.measured_at - timedelta(hours=2))
    with crowd.as_system():
        dispatch("change.replan", change.pk)
    with crowd.reading():
        row = impact_of(change.pk)
    assert row is not None
    assert row.run != stuck.run
    assert (row.cursor, row.progress) == (None, 0.0)
    assert crowd.jobs("change.measure_impact").count(str(change.pk)) == 3


@pytest.mark.usefixtures("bounded")
def test_a_type_that_comes_between_steps_does_not_shift_the_count(crowd: World) -> None:
    """The walk goes on where it was, although what is walked has one more at the front."""
    change = crowd.check_in(planned(crowd, "task"))
    done = step(crowd, change)
    crowd.define("aaa", base="task")
    while done.finished_at is None:
        done = step(crowd, change)
    assert done.result["by_kind"]["file"] == 250


@pytest.mark.usefixtures("bounded")
def test_a_change_that_was_never_cut_off_has_nothing_to_count(family: World) -> None:
    change = family.check_in(planned(family, "island"))
    with family.as_system():
        assert dispatch("change.measure_impact", change.pk) is None


def test_what_other_apps_count_joins_the_measure(family: World) -> None:
    """Records, executions and saved views come in by the hook, and the risk is made from them."""

    def records(*, environment_id: Any, plan: Any, limit: int) -> list[Part]:
        return [Part("records", 120_000, ("INC1",), complete=True, counts_as="rows", by_target={TASK: 120_000})]

    hooks.on("changes.impact")(records)
    try:
        done = family.check_in(planned(family, "task"))
    finally:
        hooks._hooks["changes.impact"].remove(records)
    assert done.plan["impact"]["rows"] == 120_000
    assert (done.plan["risk"]["tier"], done.plan["risk"]["rule"]) == ("medium", "rows")
    assert [part.name for part in Impact.from_dict(done.plan["impact"]).of(TASK)] == ["record_type", "records"]


def test_what_was_cut_off_is_measured_the_same_again(crowd: World) -> None:
    """Otherwise a plan of the same operations would be another plan."""
    one, other = (measured(crowd, "task", limit=50) for _ in range(2))
    assert not one.complete
    assert one == other
