"""The dry run and the check-in."""

import pytest
from django.db import connection

from apps.changes.errors import ChangeMerged, MergeConflict, NoOperations, PlanRefused
from apps.kernel.dispatch import dispatch
from tests.changing import World

KEPT = "events_%"


def dump(world: World) -> dict[str, list[str]]:
    """Every row of every tenant table but the log."""
    with world.reading(), connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.columns where column_name = 'tenant_id'"
            " and table_schema = 'public' and table_name not like %s order by 1",
            [KEPT],
        )
        tables = [name for (name,) in cursor.fetchall()]
        rows = {}
        for table in tables:
            cursor.execute(f'select t::text from "{table}" t order by 1')  # noqa: S608
            rows[table] = [row for (row,) in cursor.fetchall()]
    return rows


def test_execute_writes_nothing_but_the_command(itsm: World) -> None:
    """EC-EDGE-12, EC-EXE-016, EC-API-020: three dry runs leave no trace that a merge could trip over."""
    change = itsm.open()
    itsm.add_field(change, "urgency")
    before, told = dump(itsm), itsm.events()

    plans = [itsm.give("change.execute", change.pk) for _ in range(3)]

    assert dump(itsm) == before
    assert itsm.events() == told
    assert len({plan.digest for plan in plans}) == 1
    assert [difference.verb for difference in plans[0].plan.definitions[0].differences] == ["added"]
    itsm.carry_through(change)


def test_execute_names_every_error_with_its_operation(itsm: World) -> None:
    """EC-EXE-012, EC-EXE-008: all of them, and nothing is written."""
    change = itsm.open()
    itsm.add_field(change, "summary")
    second = itsm.add_field(change, "priority")
    before = dump(itsm)

    with pytest.raises(PlanRefused) as refused:
        itsm.give("change.execute", change.pk)

    assert (refused.value.status, refused.value.code) == (422, "FIELD_EXISTS")
    found = [(one["code"], one["operation_id"]) for one in refused.value.details["findings"]]
    assert ("FIELD_EXISTS", str(second.pk)) in found
    assert len(found) >= 2
    assert dump(itsm) == before


def test_execute_refuses_what_cannot_run(itsm: World) -> None:
    """EC-EXE-002."""
    change = itsm.open()
    with pytest.raises(NoOperations):
        itsm.give("change.execute", change.pk)

    itsm.add_field(change, "urgency")
    itsm.carry_through(change)
    with pytest.raises(ChangeMerged):
        itsm.give("change.execute", change.pk)


def test_check_in_freezes_and_leaves_the_rest_to_a_worker(itsm: World) -> None:
    """EC-SM-CHG-006, EC-API-022."""
    change = itsm.open()
    itsm.add_field(change, "urgency")

    frozen = itsm.give("change.check_in", change.pk)

    assert frozen.status == "Validating"
    assert itsm.jobs("change.validate").count(str(change.pk)) == 1


def test_validation_ends_in_ready_with_the_plan(itsm: World) -> None:
    """EC-SM-CHG-010."""
    change = itsm.open()
    itsm.add_field(change, "urgency")

    ready = itsm.check_in(change)

    assert (ready.status, ready.checked_in_by_id) == ("Ready", itsm.ada.pk)
    assert ready.plan["digest"] == ready.approval_digest != ""
    assert ready.plan["is_clean"] is True
    assert itsm.events(change)[-3:] == ["change.checked_in", "change.validation_passed", "change.validated"]


def test_validation_ends_in_failure_with_the_findings(itsm: World) -> None:
    """EC-SM-CHG-007, EC-SM-CHG-009: and the change can be mended."""
    change = itsm.open()
    row = itsm.add_field(change, "summary")

    failed = itsm.check_in(change)

    assert (failed.status, failed.checked_in_by_id) == ("ValidationFailed", None)
    assert "FIELD_EXISTS" in {finding["code"] for finding in failed.plan["findings"]}
    itsm.give("change.delete_operation", change.pk, operation_id=row.pk)
    itsm.add_field(change, "urgency")
    assert itsm.check_in(change).status == "Ready"


def test_a_validation_delivered_twice_or_late_does_nothing(itsm: World) -> None:
    change = itsm.open()
    itsm.add_field(change, "urgency")
    itsm.check_in(change)
    told = itsm.events(change)

    itsm.validate(change)
    itsm.give("change.withdraw", change.pk)
    itsm.validate(change)

    assert itsm.again(change).status == "Implementing"
    assert itsm.events(change) == [*told, "change.withdrawn"]


def test_validating_without_a_check_in_never_ends_in_ready(itsm: World) -> None:
    """EC-EDGE-13: an editor may have a change validated; only a check-in makes it ready."""
    change = itsm.open(by=itsm.eve)
    itsm.add_field(change, "urgency")
    itsm.give("change.set_status", change.pk, by=itsm.eve, status="Validating")

    assert itsm.validate(change).status == "Validating"
    assert itsm.again(change).plan["is_clean"] is True

    itsm.give("change.check_in", change.pk)
    assert itsm.validate(change).status == "Ready"


def test_a_change_without_operations_is_not_checked_in(itsm: World) -> None:
    """EC-AMB-45."""
    change = itsm.open()
    itsm.give("change.add_target", change.pk, type="record_type", selector={"key": "incident"})

    with pytest.raises(NoOperations):
        itsm.give("change.check_in", change.pk)


def test_a_conflict_is_found_and_names_both_sides(itsm: World) -> None:
    """Two changes give one attribute different values: the second is told what the other did."""
    mine, theirs = itsm.open("Mine"), itsm.open("Theirs")
    itsm.stage(mine, "set_field", {"field": "summary", "definition": {"label": "Mine"}})
    itsm.stage(theirs, "set_field", {"field": "summary", "definition": {"label": "Theirs"}})
    itsm.carry_through(theirs)

    with pytest.raises(MergeConflict) as refused:
        itsm.give("change.execute", mine.pk)

    (conflict,) = refused.value.details["conflicts"]
    assert conflict["path"].endswith("/label")
    assert (conflict["mine"], conflict["theirs"]) == ("Mine", "Theirs")
    assert itsm.check_in(mine).status == "ValidationFailed"


def test_a_plan_has_the_same_digest_in_every_run(itsm: World) -> None:
    """EC-EXE-036."""
    change = itsm.open()
    for name in ("one", "two", "three"):
        itsm.add_field(change, name)

    digests = {itsm.give("change.execute", change.pk).digest for _ in range(3)}

    assert digests == {itsm.check_in(change).approval_digest}


def test_a_worker_is_the_system_principal(itsm: World) -> None:
    change = itsm.open()
    itsm.add_field(change, "urgency")
    itsm.give("change.check_in", change.pk)

    with itsm.as_system():
        dispatch("change.validate", change.pk)

    assert itsm.again(change).status == "Ready"
