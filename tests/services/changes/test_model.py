"""Changes against a model of them that fits on a page: whatever people do, in whatever order, both agree."""

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.changes.models import Change, ChangeOperation
from apps.kernel.errors import DomainError
from apps.metadata.queries import content_of, head_of
from tests.changing import World

NAMES = st.sampled_from(["a", "b", "c"])
LABELS = st.sampled_from(["Red", "Blue"])
OPERATIONS = st.tuples(st.sampled_from(["label", "add", "remove"]), NAMES, LABELS)
OPEN = {"Draft", "Implementing", "ValidationFailed"}

#: The fields of the record type: label by identity, and the name that goes with it.
Fields = dict[int, tuple[str, str | None]]


@dataclass(frozen=True)
class Op:
    kind: str
    field: int
    name: str
    label: str | None = None

    def apply(self, fields: Fields) -> Fields | None:
        """The fields afterwards, or None when it does not fit."""
        if self.kind == "add":
            taken = any(name == self.name for name, _ in fields.values())
            return None if taken else {**fields, self.field: (self.name, None)}
        if self.field not in fields:
            return None
        if self.kind == "remove":
            return {key: value for key, value in fields.items() if key != self.field}
        return {**fields, self.field: (fields[self.field][0], self.label)}

    def conflicts(self, base: Fields, now: Fields, gone: Fields) -> bool:
        """Whether the same path was written differently since the base."""
        if self.kind == "add" or self.field not in base or base[self.field] == now.get(self.field):
            return False
        if self.kind == "remove":
            return self.field in now or gone[self.field] != base[self.field]
        return self.field not in now or now[self.field][1] != self.label

    def is_done(self, base: Fields, now: Fields) -> bool:
        """Whether somebody else did the same: the field is gone already."""
        return self.kind == "remove" and self.field in base and self.field not in now

    def difference(self, now: Fields) -> tuple[Any, ...] | None:
        """What merging it would write, as far as an approval sees it."""
        if self.kind == "remove" and self.field not in now:
            return None
        if self.kind != "label":
            return (self.kind, self.field)
        before = now[self.field][1]
        return None if before == self.label else (self.kind, self.field, before, self.label)


@dataclass
class Model:
    real: Change
    status: str = "Draft"
    base: Fields | None = None
    ops: dict[int, Op] = field(default_factory=dict)
    approved: tuple[Any, ...] = ()

    @property
    def claimed(self) -> set[str]:
        return {op.name for op in self.ops.values()}

    def result(self, now: Fields, gone: Fields) -> Fields | None:
        """The fields after a merge, or None when it would be refused."""
        base = now if self.base is None else self.base
        if any(op.conflicts(base, now, gone) for op in self.ops.values()):
            return None
        after: Fields | None = now
        for sequence in sorted(self.ops):
            if not self.ops[sequence].is_done(base, now):
                after = self.ops[sequence].apply(after) if after is not None else None
        return after

    def follows(self, now: Fields, gone: Fields) -> bool:
        """Whether the base follows the head: nothing pending conflicts with the move or is done by it."""
        if self.base is None:
            return True
        return not any(op.conflicts(self.base, now, gone) or op.is_done(self.base, now) for op in self.ops.values())

    def differences(self, now: Fields) -> tuple[Any, ...]:
        return tuple(self.ops[sequence].difference(now) for sequence in sorted(self.ops))


class Changes(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        number = next(_projects)
        project = self.world.give("project.create", name=f"Model {number}", key=f"model_{number}")
        self.of = replace(self.world, project=project)
        self.environment_id = self.of.environment().pk
        self.of.define("incident", "a", "b")
        self.identities = count(2)
        self.now: Fields = {0: ("a", None), 1: ("b", None)}
        self.gone: Fields = {}
        self.changes: list[Model] = []
        self.revisions = 1

    def pick(self, data: st.DataObject) -> Model:
        """One of the changes; the merged ones are asked for less often."""
        live = [change for change in self.changes if change.status != "Merged"]
        return data.draw(st.sampled_from([*live * 3, *self.changes]))

    def attempt(self, name: str, change: Model, **inputs: Any) -> Any:
        """What the command answered, or its refusal."""
        try:
            return self.of.give(name, change.real.pk, **inputs)
        except DomainError as refusal:
            return refusal

    @rule()
    @precondition(lambda self: sum(change.status != "Merged" for change in self.changes) < 3)
    def open(self) -> None:
        self.changes.append(Model(self.of.open()))

    @initialize(first=OPERATIONS, second=OPERATIONS)
    def two_changes_at_once(self, first: tuple[str, str, str], second: tuple[str, str, str]) -> None:
        for operation in (first, second):
            self.open()
            self.stage_into(self.changes[-1], *operation)

    @rule(data=st.data(), operation=OPERATIONS)
    @precondition(lambda self: any(change.status != "Merged" for change in self.changes))
    def stage(self, data: st.DataObject, operation: tuple[str, str, str]) -> None:
        self.stage_into(self.pick(data), *operation)

    def stage_into(self, change: Model, kind: str, name: str, label: str) -> None:
        op_type, payload = {
            "add": ("add_field", {"field": name, "definition": {"type": "string"}}),
            "remove": ("remove_field", {"field": name}),
            "label": ("set_field", {"field": name, "definition": {"label": label}}),
        }[kind]
        target = {"type": "record_type", "selector": {"key": "incident"}}
        answered = self.attempt("change.stage_operation", change, op_type=op_type, payload=payload, target=target)

        expected = self.staging_refused(change, kind, name)
        if expected is not None:
            assert isinstance(answered, DomainError), (kind, name)
            assert answered.code in expected
            return
        assert isinstance(answered, ChangeOperation), answered
        known = {live: identity for identity, (live, _) in self.now.items()}
        identity = next(self.identities) if kind == "add" else known[name]
        if change.follows(self.now, self.gone):
            change.base = self.now
        change.ops[answered.sequence] = Op(kind, identity, name, label if kind == "label" else None)

    def staging_refused(self, change: Model, kind: str, name: str) -> set[str] | None:
        if change.status == "Merged":
            return {"CHANGE_MERGED"}
        if change.status not in OPEN:
            return {"OPERATIONS_FROZEN"}
        if change.base is None and change.status != "Draft":
            return {"SCOPE_CLOSED"}
        if name in change.claimed:
            return {"DUPLICATE_OP", "CONFLICTING_OP"}
        if kind != "add" and name not in {live for live, _ in self.now.values()}:
            return {"FIELD_NOT_FOUND"} if kind == "remove" else {"INVALID_INPUT", "INVALID_FIELD_TYPE"}
        return None

    @rule(data=st.data())
    @precondition(lambda self: any(change.ops for change in self.changes))
    def delete(self, data: st.DataObject) -> None:
        change = data.draw(st.sampled_from([change for change in self.changes if change.ops]))
        sequence = data.draw(st.sampled_from(sorted(change.ops)))
        with self.of.reading():
            row = ChangeOperation.objects.get(change_id=change.real.pk, sequence=sequence)
        answered = self.attempt("change.delete_operation", change, operation_id=row.pk)
        if change.status in OPEN:
            assert answered is None
            del change.ops[sequence]
        else:
            assert isinstance(answered, DomainError)

    @rule(data=st.data(), move=st.sampled_from(["start", "reopen", "withdraw"]))
    @precondition(lambda self: self.changes)
    def move(self, data: st.DataObject, move: str) -> None:
        change = self.pick(data)
        source, target = {
            "start": ("Draft", "Implementing"),
            "reopen": ("Implementing", "Draft"),
            "withdraw": ("Ready", "Implementing"),
        }[move]
        answered = self.attempt(f"change.{move}", change)
        if change.status == source:
            change.status = target
            assert not isinstance(answered, DomainError)
        else:
            assert isinstance(answered, DomainError)

    @rule(data=st.data())
    def check_in(self, data: st.DataObject) -> None:
        self.check_in_one(self.pick(data))

    @rule(data=st.data())
    @precondition(lambda self: any(change.status == "Ready" for change in self.changes))
    def merge(self, data: st.DataObject) -> None:
        self.merge_one(data.draw(st.sampled_from([change for change in self.changes if change.status == "Ready"])))

    @rule(data=st.data())
    @precondition(lambda self: any(change.status in OPEN and change.ops for change in self.changes))
    def finish(self, data: st.DataObject) -> None:
        """All of it at once, so that heads move under the other changes."""
        change = data.draw(st.sampled_from([one for one in self.changes if one.status in OPEN and one.ops]))
        self.check_in_one(change)
        if change.status == "Ready":
            self.merge_one(change)

    def check_in_one(self, change: Model) -> None:
        answered = self.attempt("change.check_in", change)
        if change.status not in OPEN:
            assert isinstance(answered, DomainError)
            return
        if not change.ops:
            assert isinstance(answered, DomainError)
            assert answered.code == "NO_PATCH_OPS"
            return
        validated = self.of.validate(change.real)
        change.status = "ValidationFailed" if change.result(self.now, self.gone) is None else "Ready"
        assert validated.status == change.status, validated.plan
        if change.status == "Ready":
            change.approved = change.differences(self.now)

    def merge_one(self, change: Model) -> None:
        answered = self.attempt("change.merge", change)
        after = change.result(self.now, self.gone)
        if after is None or change.differences(self.now) != change.approved:
            assert isinstance(answered, DomainError)
            assert answered.status in (409, 422)
            return
        assert not isinstance(answered, DomainError), (answered.code, answered.details)
        self.revisions += after != self.now
        self.gone |= {field: was for field, was in self.now.items() if field not in after}
        self.now, change.status = after, "Merged"

    @rule(data=st.data())
    @precondition(lambda self: any(change.ops and change.status != "Merged" for change in self.changes))
    def execute(self, data: st.DataObject) -> None:
        runnable = [change for change in self.changes if change.ops and change.status != "Merged"]
        change = data.draw(st.sampled_from(runnable))
        answered = self.attempt("change.execute", change)
        assert isinstance(answered, DomainError) == (change.result(self.now, self.gone) is None)

    @invariant()
    def both_agree(self) -> None:
        """The environment runs what was merged, and every change is where the model has it."""
        with self.of.reading():
            head = head_of(self.environment_id, "record_type", "incident")
            assert head is not None
            fields = content_of(head)["fields"].values()
            real = Change.objects.in_bulk([change.real.pk for change in self.changes])
            rows = list(ChangeOperation.objects.filter(change__in=real).order_by("sequence"))
        assert sorted((one["name"], one.get("label")) for one in fields) == sorted(self.now.values())
        assert head.number == self.revisions
        for change in self.changes:
            staged = [row for row in rows if row.change_id == change.real.pk]
            assert real[change.real.pk].status == change.status
            assert [row.sequence for row in staged] == sorted(change.ops)
            assert all((row.state == "executed") == (change.status == "Merged") for row in staged)


_projects = count(1)


def test_changes_do_what_the_model_does(committed: World) -> None:
    """EC-INV-E1 to E4, EC-EDGE-09, EC-SM-CHG: as a stateful test.

    Committed step by step: one long transaction would hold back the event feed of the whole server.
    """
    Changes.world = committed
    run_state_machine_as_test(
        Changes,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            derandomize=True,
        ),
    )
