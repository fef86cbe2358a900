"""EC-API-026 to 032, EC-SM-RT: the direct routes of record types are changes of one operation."""

from typing import Any
from uuid import uuid4

import pytest

from apps.changes.errors import PlanRefused, ProjectMismatch
from apps.changes.models import Change
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import DomainError, InvalidInput, NotFound
from apps.tenancy.models import Principal
from apps.types import errors
from tests import people
from tests.changing import World
from tests.services.types.conftest import definition_id


def moved_nothing(world: World, before: tuple[int, list[str]]) -> bool:
    return state(world) == before


def state(world: World) -> tuple[int, list[str]]:
    with world.reading():
        changes = Change.objects.count()
    return changes, [name for name in world.events() if not name.startswith("command")]


def test_create_record_type_merges_a_draft_with_its_fields(acme: World) -> None:
    written = acme.give(
        "record_type.create",
        key="task",
        name="Task",
        fields=[{"name": "title", "type": "string", "required": True}, {"name": "notes", "type": "text"}],
        sla={"duration_minutes": 60, "complete_when": {"field": "title", "equals": "done"}},
    )

    assert written.is_merged
    assert (written.change.status, written.change.origin) == ("Merged", "direct")
    content = acme.content("task")
    assert content["status"] == "draft"
    assert [field["name"] for field in sorted(content["fields"].values(), key=lambda field: field["order"])] == [
        "title",
        "notes",
    ]
    assert content["sla"]["complete_when"]["field"] in content["fields"]
    assert "change.merged" in acme.events(written.change)


@pytest.mark.parametrize("who", ["editor", "agent"])
def test_create_record_type_by_somebody_who_may_not_merge_waits_in_a_draft(acme: World, who: str) -> None:
    actor: Principal = acme.eve if who == "editor" else people.agent(acme.tenant, acme.ada, roles=["Admin"])

    written = acme.give("record_type.create", by=actor, key="task", name="Task")

    assert not written.is_merged
    assert written.content["name"] == "Task"
    assert (written.head, written.change.status) == (None, "Draft")
    assert acme.head("task") is None


def test_create_record_type_in_a_change_is_staged_there(acme: World) -> None:
    change = acme.open()

    written = acme.give("record_type.create", key="task", name="Task", change_id=change.pk)

    assert (written.change.pk, written.is_merged) == (change.pk, False)
    assert acme.head("task") is None
    acme.carry_through(change)
    assert acme.content("task")["name"] == "Task"


def test_create_record_type_that_cannot_be_leaves_nothing(itsm: World) -> None:
    """EC-INV-D2, EC-INV-P3, EC-INV-P6, EC-API-026."""
    other = itsm.give("project.create", name="HR", key="hr")
    itsm.give("record_type.create", key="elsewhere", name="Elsewhere", project_id=other.pk)
    before = state(itsm)
    new = {"key": "other", "name": "Other", "project_id": itsm.project.pk}
    refusals: list[tuple[dict[str, Any], type[DomainError]]] = [
        ({"key": "task"}, errors.KeyTaken),
        ({"name": "Task"}, errors.NameTaken),
        ({"base_type": "nothing"}, errors.BaseTypeMissing),
        ({"base_type": "elsewhere"}, errors.BaseTypeElsewhere),
        ({"base_type": "other"}, InvalidInput),
        ({"key": "Other"}, InvalidInput),
        ({"fields": [{"name": "a", "type": "integer"}]}, InvalidInput),
        ({"fields": [{"name": "a", "type": "choice"}]}, errors.InvalidDefinition),
        ({"project_id": str(uuid4())}, NotFound),
    ]

    for inputs, refusal in refusals:
        with pytest.raises(refusal):
            itsm.give("record_type.create", **{**new, **inputs})
        assert moved_nothing(itsm, before), inputs


def test_the_same_key_and_name_live_in_two_projects(itsm: World) -> None:
    """EC-INV-D2."""
    other = itsm.give("project.create", name="HR", key="hr")
    written = itsm.give("record_type.create", key="task", name="Task", project_id=other.pk)
    assert written.is_merged


def test_add_field_lands_on_draft_and_active_types_alike(itsm: World) -> None:
    """EC-API-032; contracts section 9 overrules EC-AMB-01: an active type changes through a change as well."""
    written = itsm.give(
        "record_type.add_field",
        definition_id(itsm, "task"),
        name="priority",
        type="choice",
        choice_list="priority",
        default="2",
        position=0,
    )

    assert written.is_merged
    content = itsm.content("task")
    names = [field["name"] for field in sorted(content["fields"].values(), key=lambda field: field["order"])]
    assert names == ["priority", "number"]


@pytest.mark.parametrize("name", ["number", "title"])
def test_add_field_of_a_name_that_is_there_changes_nothing(itsm: World, name: str) -> None:
    """Own and inherited names alike: 409."""
    incident = definition_id(itsm, "incident")
    itsm.give("record_type.add_field", incident, name="title", type="string")
    before = state(itsm)

    with pytest.raises(errors.FieldTaken):
        itsm.give("record_type.add_field", incident, name=name, type="string")

    assert moved_nothing(itsm, before)


def test_add_field_that_points_nowhere_is_refused_by_the_graph(itsm: World) -> None:
    """EC-GRA-013."""
    before = state(itsm)
    with pytest.raises(PlanRefused) as refused:
        itsm.give(
            "record_type.add_field", definition_id(itsm, "incident"), name="of", type="reference", references="nothing"
        )
    assert refused.value.code == "BINDING_TARGET_MISSING"
    assert moved_nothing(itsm, before)


def test_a_default_that_is_no_choice_is_refused(itsm: World) -> None:
    with pytest.raises(PlanRefused) as refused:
        itsm.give(
            "record_type.add_field",
            definition_id(itsm, "task"),
            name="priority",
            type="choice",
            choice_list="priority",
            default="9",
        )
    assert refused.value.code == "DEFAULT_NOT_A_CHOICE"


def test_activate_record_type_with_an_inherited_field_opens_it(itsm: World) -> None:
    """EC-SM-RT-002: the field may be inherited."""
    assert itsm.give("record_type.activate", definition_id(itsm, "incident")).is_merged
    assert itsm.content("incident")["status"] == "active"


def test_activate_record_type_without_a_field_is_refused(acme: World) -> None:
    """EC-SM-RT-002."""
    acme.give("record_type.create", key="empty", name="Empty")
    with pytest.raises(PlanRefused) as refused:
        acme.give("record_type.activate", definition_id(acme, "empty"))
    assert refused.value.code == "NO_FIELDS"
    assert acme.content("empty")["status"] == "draft"


def test_activate_record_type_twice_or_after_retirement_is_refused(itsm: World) -> None:
    """EC-SM-RT-005: a retired type is restored by an operation, never activated."""
    task = definition_id(itsm, "task")
    with pytest.raises(errors.NotDraft):
        itsm.give("record_type.activate", task)
    itsm.give("record_type.retire", task)
    with pytest.raises(errors.NotDraft):
        itsm.give("record_type.activate", task)


def test_retire_record_type_with_active_children_is_refused(itsm: World) -> None:
    """EC-SM-RT-003."""
    itsm.give("record_type.activate", definition_id(itsm, "incident"))
    before = state(itsm)

    with pytest.raises(errors.HasActiveDerivedTypes) as refused:
        itsm.give("record_type.retire", definition_id(itsm, "task"))

    assert refused.value.details == {"derived": ["incident"]}
    assert moved_nothing(itsm, before)


def test_retire_record_type_with_active_children_through_a_change_is_refused_by_the_plan(itsm: World) -> None:
    """No entrance is without the guard."""
    itsm.give("record_type.activate", definition_id(itsm, "incident"))
    change = itsm.open()
    itsm.stage(change, "retire", {}, on="task")

    done = itsm.check_in(change)

    assert done.status == "ValidationFailed"
    assert [finding["code"] for finding in done.plan["findings"]] == ["HAS_ACTIVE_DERIVED_TYPES"]


def test_activate_record_type_on_a_retired_base_is_refused(itsm: World) -> None:
    """EC-SM-RT-002: the base is not retired."""
    itsm.give("record_type.retire", definition_id(itsm, "task"))
    with pytest.raises(PlanRefused) as refused:
        itsm.give("record_type.activate", definition_id(itsm, "incident"))
    assert refused.value.code == "BASE_TYPE_RETIRED"


def test_retire_record_type_from_draft_and_only_once(itsm: World) -> None:
    """EC-SM-RT-004."""
    incident = definition_id(itsm, "incident")
    assert itsm.give("record_type.retire", incident).is_merged
    with pytest.raises(errors.AlreadyRetired):
        itsm.give("record_type.retire", incident)


def test_a_retired_type_is_restored_by_its_operation(itsm: World) -> None:
    itsm.give("record_type.retire", definition_id(itsm, "incident"))
    change = itsm.open()
    itsm.stage(change, "restore", {"status": "draft"})
    itsm.carry_through(change)
    assert itsm.content("incident")["status"] == "draft"


def test_a_type_of_another_tenant_does_not_exist(itsm: World) -> None:
    """EC-EDGE-15."""
    globex = people.tenant("globex", creator=people.person(people.platform(), "Greta Founder", roles=["Operator"]))
    gil = people.person(globex, "Gil Globex", roles=["Admin"])
    task = definition_id(itsm, "task")
    for command, inputs in [
        ("record_type.activate", {}),
        ("record_type.retire", {}),
        ("record_type.add_field", {"name": "x", "type": "text"}),
    ]:
        with people.acting(gil, globex), pytest.raises(NotFound):
            dispatch(command, task, **inputs)
    assert itsm.content("task")["status"] == "active"


def test_a_change_of_another_project_takes_no_type(itsm: World) -> None:
    """EC-INV-P7."""
    other = itsm.give("project.create", name="HR", key="hr")
    with pytest.raises(ProjectMismatch):
        itsm.give("record_type.create", key="x", name="X", change_id=itsm.open().pk, project_id=other.pk)
