"""Opening, editing, archiving and cloning a change."""

from uuid import uuid4

import pytest

from apps.changes.errors import ChangeArchived, ModuleReadOnly, OperationsFrozen, ProjectMismatch
from apps.changes.models import Change
from apps.kernel.errors import InvalidInput, NotFound
from apps.tenancy.models import Module
from tests import people
from tests.changing import World


def test_create_change_opens_a_draft_of_the_default_environment(acme: World) -> None:
    """EC-SM-CHG-001, EC-API-009: it belongs to a project, and the person who opened it answers for it."""
    change = acme.give("change.create", title="First")

    assert (change.number, change.status, change.origin) == ("CHG0000001", "Draft", "manual")
    assert (change.author_id, change.created_by_id, change.created_by_kind) == (acme.ada.pk, acme.ada.pk, "human")
    assert change.environment_id == acme.environment("dev").pk
    assert acme.events(change) == ["change.created"]


def test_numbers_rise_by_one_in_each_tenant(acme: World) -> None:
    from_acme = [acme.open().number for _ in range(3)]

    other = people.tenant("globex")
    with people.acting(people.administrator(other), other):
        pass

    assert from_acme == ["CHG0000001", "CHG0000002", "CHG0000003"]


def test_a_change_of_an_agent_is_answered_for_by_its_owner(acme: World) -> None:
    agent = people.agent(acme.tenant, acme.eve)

    change = acme.open(by=agent)

    assert (change.author_id, change.created_by_id, change.created_by_kind) == (acme.eve.pk, agent.pk, "agent")


def test_create_change_takes_no_status_and_no_tenant(acme: World) -> None:
    """EC-API-009: a body cannot name them."""
    for smuggled in ({"status": "Merged"}, {"tenant_id": str(uuid4())}, {"author_id": str(uuid4())}):
        with pytest.raises(InvalidInput):
            acme.give("change.create", title="First", **smuggled)


def test_create_change_refuses_the_environment_and_the_module_of_another_project(acme: World) -> None:
    """EC-TBL-004: environment, module and change are of one project."""
    other = acme.give("project.create", name="HR", key="hr")
    with acme.reading():
        environment = other.environments.get(name="dev")
        module = Module.objects.filter(project=other).first()

    with pytest.raises(ProjectMismatch):
        acme.give("change.create", title="x", project_id=acme.project.pk, environment_id=environment.pk)
    with pytest.raises(ProjectMismatch):
        acme.give("change.create", title="x", project_id=acme.project.pk, module_id=module.pk)
    with pytest.raises(NotFound):
        acme.give("change.create", title="x", project_id=uuid4())


def test_edit_change_alters_what_people_read(acme: World) -> None:
    change = acme.open()

    edited = acme.give("change.edit", change.pk, title="Better")

    assert edited.title == "Better"
    assert acme.events(change) == ["change.created", "change.edited"]


def test_archive_change_freezes_it_and_a_clone_goes_on(itsm: World) -> None:
    change = itsm.open("Add urgency")
    itsm.add_field(change, "urgency")
    itsm.give("change.archive", change.pk)

    with pytest.raises(ChangeArchived):
        itsm.add_field(change, "impact")
    clone = itsm.give("change.clone", change.pk)

    assert (clone.status, clone.origin, clone.cloned_from_id) == ("Draft", "clone", change.pk)
    itsm.carry_through(clone)
    assert "urgency" in itsm.field_names()


def test_archive_change_refuses_one_that_is_ready(itsm: World) -> None:
    change = itsm.open()
    itsm.add_field(change, "urgency")
    itsm.check_in(change)

    with pytest.raises(OperationsFrozen):
        itsm.give("change.archive", change.pk)


def test_clone_of_a_merged_change_leaves_out_what_is_gone(itsm: World) -> None:
    change = itsm.open("Clean up")
    itsm.stage(change, "remove_field", {"field": "priority"})
    itsm.add_field(change, "urgency")
    itsm.carry_through(change)

    clone = itsm.give("change.clone", change.pk)

    assert "priority" in clone.description
    with itsm.reading():
        assert [row.operation for row in clone.operations.order_by("sequence")] == ["add_field"]


def test_a_read_only_module_takes_no_clone(itsm: World) -> None:
    """Otherwise a clone would bring the operations in that staging refuses."""
    module = itsm.give("module.create", itsm.project.pk, name="Core", type="code")
    change = itsm.give("change.create", title="In a module", module_id=module.pk, project_id=itsm.project.pk)
    itsm.add_field(change, "urgency")
    itsm.give("module.configure", module.pk, capability_profile="READ_ONLY")

    with pytest.raises(ModuleReadOnly):
        itsm.give("change.clone", change.pk)

    with itsm.reading():
        assert not Change.objects.filter(origin="clone").exists()
