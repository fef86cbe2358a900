"""The machine, against the literal table: every state, every move, every capability."""

from itertools import product

import pytest

from apps.changes.core.lifecycle import CAPABILITIES, TRANSITIONS, State
from apps.changes.models import Change
from apps.events.models import CommandRecord, Event
from apps.kernel.errors import AgentNotAllowed, DomainError, IllegalTransition, PermissionDenied
from apps.kernel.scope import scope_transaction
from tests import people
from tests.changing import World

STATES = [state.value for state in State]
#: Moves a person may ask for by status; the others belong to the validator and to workspaces.
BY_STATUS = {
    (transition.source.value, transition.target.value)
    for transition in TRANSITIONS
    if transition.verb not in ("open_workspace", "fail_validation", "pass_validation")
}
TO_READY = {"Draft", "Implementing", "WorkspaceRunning", "ValidationFailed", "Validating"}


def in_state(world: World, state: str) -> Change:
    """A change with one operation, put into a state as no service would."""
    change = world.open()
    world.add_field(change, f"field_{change.number.lower()}")
    if state == "Ready":
        return world.check_in(change)
    merged = {"merged_at": change.created_at, "merged_by": world.ada} if state == "Merged" else {}
    with world.reading():
        Change.objects.filter(pk=change.pk).update(status=state, **merged)
    return change


def test_the_machine_has_exactly_the_transitions_of_the_table() -> None:
    """EC-SM-CHG-001 to 014: django-fsm knows each edge of the table and no other."""
    field = Change._meta.get_field("status")
    found = {
        (transition.method.__name__, transition.source, transition.target)
        for transition in field.get_all_transitions(Change)
    }

    assert found == {(edge.verb, edge.source.value, edge.target.value) for edge in TRANSITIONS}


def test_nobody_writes_the_status_by_hand(itsm: World) -> None:
    """EC-EDGE-13: the field is protected."""
    change = itsm.open()

    with pytest.raises(AttributeError):
        change.status = "Merged"


@pytest.mark.parametrize("source", STATES)
def test_a_status_can_be_asked_for_only_where_the_table_leads(itsm: World, source: str) -> None:
    for target in STATES:
        change = in_state(itsm, source)
        legal = (source, target) in BY_STATUS or (target == "Ready" and source in TO_READY)
        before = itsm.events(change)

        if legal:
            itsm.give("change.set_status", change.pk, status=target)
            assert itsm.again(change).status == ("Validating" if target == "Ready" else target)
            continue
        with pytest.raises(DomainError) as refused:
            itsm.give("change.set_status", change.pk, status=target)
        assert refused.value.status == 409
        assert (itsm.again(change).status, itsm.events(change)) == (source, before)
        if isinstance(refused.value, IllegalTransition):
            assert refused.value.details["from"] == source


@pytest.mark.parametrize("state", STATES)
def test_each_state_allows_what_the_matrix_says(itsm: World, state: str) -> None:
    """EC-SM-CHGM-001 to 007."""
    wanted = CAPABILITIES[State(state)]
    attempts = {
        "add_targets": ("change.add_target", {"type": "record_type", "selector": {"key": "problem"}}),
        "add_operations": (
            "change.stage_operation",
            {
                "op_type": "set_field",
                "payload": {"field": "summary", "definition": {"label": "Summary"}},
                "target": {"type": "record_type", "selector": {"key": "incident"}},
            },
        ),
        "dry_run": ("change.execute", {}),
        "merge": ("change.merge", {}),
        "mutable": ("change.edit", {"title": "Better"}),
    }
    for capability, (name, inputs) in attempts.items():
        change = in_state(itsm, state)
        if getattr(wanted, capability):
            itsm.give(name, change.pk, **inputs)
            continue
        with pytest.raises(DomainError) as refused:
            itsm.give(name, change.pk, **inputs)
        assert refused.value.status == 409, capability


@pytest.mark.parametrize(("status", "who"), list(product(["Ready", "Merged"], ["editor", "agent"])))
def test_ready_and_merged_by_status_need_the_same_right_as_their_commands(itsm: World, status: str, who: str) -> None:
    """EC-EDGE-13, EC-RBAC-M-004: no way around permission and agent guard."""
    change = in_state(itsm, "Ready" if status == "Merged" else "Draft")
    actor = itsm.eve if who == "editor" else people.agent(itsm.tenant, itsm.ada, roles=["Admin"])
    before = itsm.again(change).status

    with pytest.raises(AgentNotAllowed if who == "agent" else PermissionDenied):
        itsm.give("change.set_status", change.pk, by=actor, status=status)

    assert itsm.again(change).status == before


def test_what_a_status_or_a_direct_write_really_did_is_in_the_audit(itsm: World) -> None:
    """contracts.md section 4: every allow and deny of a guarded command, also where the door has another name."""
    change = in_state(itsm, "Ready")
    agent = people.agent(itsm.tenant, itsm.ada, roles=["Admin"])
    with pytest.raises(AgentNotAllowed):
        itsm.give("change.set_status", change.pk, by=agent, status="Merged")
    itsm.give("change.set_status", change.pk, status="Merged")
    itsm.give("choice_list.create", name="Urgency")
    itsm.give("choice_list.create", by=itsm.eve, name="Impact")  # a draft: nothing guarded was done, nothing denied

    with itsm.reading():
        told = CommandRecord.objects.filter(name__in=["change.set_status", "choice_list.create"])
        decided = list(told.order_by("occurred_at").values_list("permission", "decision", "decision_rule"))[-4:]
        merges = Event.objects.filter(event_type="change.merged").order_by("occurred_at")
        rights = list(merges.values_list("permission", "permission_ref", "privileged"))[-2:]
    assert decided == [
        ("change.approve", "deny", "AGENT_NOT_ALLOWED"),
        ("change.approve", "allow", "role:Admin"),
        ("change.approve", "allow", "role:Admin"),
        ("", "allow", "member"),
    ]
    assert rights == [("change.approve", "role:Admin", True)] * 2


def test_leaving_ready_is_a_withdrawal_and_needs_its_right(itsm: World) -> None:
    """EC-SM-CHG-011, EC-AMB-04."""
    change = in_state(itsm, "Ready")

    with pytest.raises(PermissionDenied):
        itsm.give("change.set_status", change.pk, by=itsm.eve, status="Implementing")
    assert itsm.again(change).status == "Ready"

    itsm.give("change.set_status", change.pk, status="Implementing")
    assert itsm.again(change).approval_digest == ""


def test_any_member_makes_the_other_moves(itsm: World) -> None:
    """EC-RBAC-M-005."""
    change = itsm.open(by=itsm.eve)

    for status in ("Implementing", "Draft", "Implementing"):
        itsm.give("change.set_status", change.pk, by=itsm.eve, status=status)

    assert itsm.events(change)[1:] == ["change.started", "change.reopened", "change.started"]


def test_a_status_of_merged_runs_the_merge(itsm: World) -> None:
    """EC-AMB-03: no bare flag."""
    change = in_state(itsm, "Ready")

    itsm.give("change.set_status", change.pk, status="Merged")

    with itsm.reading():
        assert change.snapshots.count() == 1
        assert change.operations.filter(executed_at__isnull=True).count() == 0
    assert f"field_{change.number.lower()}" in itsm.field_names()


def test_the_database_knows_no_other_status(itsm: World) -> None:
    change = itsm.open()

    with pytest.raises(Exception, match="changes_change_known_status"), itsm.acting(itsm.ada), scope_transaction():
        Change.objects.filter(pk=change.pk).update(status="Approved")
