"""What a revert cannot bring back, or would take from others, is said before anybody decides."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest

from apps.changes.errors import IrreversibleOperations
from apps.changes.models import Change
from apps.changes.queries import moved_since
from apps.changes.services import reversal_preview
from apps.kernel import kinds
from apps.metadata.core.content import Content
from apps.metadata.core.operations import Context, Inverse, Reversibility, SetAttribute
from tests.changing import World
from tests.core.strategies import TOY
from tests.services.changes.test_reverting import merged, revert, text


class Send(SetAttribute):
    """What has left the house does not come back."""

    type: ClassVar[str] = "send"

    def invert(self, content: Content | None, context: Context) -> Inverse:
        self.apply(content, context)
        return Inverse(None, Reversibility.IRREVERSIBLE)

    def summary(self) -> str:
        return "Send it"


@pytest.fixture
def letters() -> Iterator[None]:
    """A kind with an operation that nothing undoes, as a later app may bring one."""
    operations = {**TOY.operations, Send.type: Send}
    letter = replace(
        TOY, name="letter", operations=operations, bind=lambda name, payload, *_: operations[name](**payload)
    )
    kinds.register(letter)
    yield
    del kinds._kinds["letter"]


@pytest.fixture
def sent(acme: World, letters: None) -> Change:
    """A letter that was sent and named by one merged change."""
    change = acme.open()
    content = {"name": "Letter", "status": "active"}
    acme.stage(change, "define", {"key": "letter", "content": content}, on="letter", kind="letter")
    acme.carry_through(change)
    change = acme.open("Send")
    acme.stage(change, "send", {"path": ["status"], "value": "sent"}, on="letter", kind="letter")
    acme.stage(change, "set_attribute", {"path": ["name"], "value": "Sent letter"}, on="letter", kind="letter")
    ready = acme.check_in(change)
    acme.give("change.approve", change.pk, by=acme.ben, digest=ready.approval_digest)
    done: Change = acme.merge(change).change
    return done


def test_what_cannot_be_undone_is_refused_by_name(acme: World, sent: Change) -> None:
    """Nobody believes that a revert brings back what it does not."""
    with pytest.raises(IrreversibleOperations) as refused:
        revert(acme, sent)

    (named,) = refused.value.details["operations"]
    assert (named["key"], named["summary"], named["reversibility"]) == ("letter", "Send it", "irreversible")
    with acme.reading():
        assert not Change.objects.filter(origin="revert").exists()
    assert acme.events(sent)[-1] == "execution.completed"


def test_what_can_be_undone_goes_back_for_who_insists(acme: World, sent: Change) -> None:
    """The definition says what it said; the draft says what stays lost."""
    draft = revert(acme, sent, anyway=True)

    assert draft.description.splitlines() == [f"Undoes {sent.number}.", "", "Does not come back:", "- letter: Send it"]
    acme.carry_through(draft)
    assert acme.content("letter", kind="letter") == {"name": "Letter", "status": "active"}


def test_the_plan_and_the_preview_class_every_operation(acme: World, sent: Change) -> None:
    """Shown before approval and before a revert, operation by operation."""
    assert sorted(sent.plan["reversibility"].values()) == ["irreversible", "lossless"]
    assert (sent.plan["risk"]["tier"], sent.plan["risk"]["rule"]) == ("medium", "reversibility")
    with acme.reading():
        shown = reversal_preview(sent).as_dict()
    assert shown["reversibility"] == "irreversible"
    assert [(one["summary"], one["reversibility"]) for one in shown["operations"]] == [
        ("Send it", "irreversible"),
        ("Set name to “Sent letter”", "lossless"),
    ]


def findings(change: Change) -> list[tuple[str, str, str]]:
    return [(one["severity"], one["code"], one["key"]) for one in change.plan["findings"]]


def test_what_a_later_definition_needs_stops_the_revert(acme: World) -> None:
    """A field that a derived type tightened meanwhile: the plan of the draft says so at once, the check-in refuses."""
    acme.define("task", "summary")
    acme.define("incident", base="task")
    done = merged(acme, "add_field", text("urgency"), on="task")
    merged(acme, "set_field", {"field": "urgency", "definition": {"required": True}}, on="incident")

    draft = revert(acme, done)

    assert findings(draft) == [("error", "BINDING_TARGET_MISSING", "incident")]
    assert draft.plan["impact"]["by_kind"] == {"record_type": 1}
    assert acme.check_in(draft).status == "ValidationFailed"


def test_what_a_later_definition_goes_on_using_is_a_warning(acme: World) -> None:
    """A choice list that a field uses by now is only taken out of use."""
    defined = acme.define("colour", kind="choice_list").change
    acme.define("incident", "summary")
    merged(acme, "add_field", text("colour", type="choice", choice_list="colour"))
    assert findings(revert(acme, defined)) == [("warning", "CHOICE_LIST_RETIRED", "incident")]


def test_the_draft_comes_with_what_happened_since(itsm: World) -> None:
    """Both what is in the way and what is not, without a check-in."""
    first = merged(itsm, "set_field", {"field": "summary", "definition": {"label": "First"}}, title="First")
    second = merged(itsm, "set_field", {"field": "summary", "definition": {"label": "Second"}}, title="Second")
    itsm.define("island")
    with itsm.reading():
        (since,) = moved_since(first)
        assert moved_since(second) == []
    assert (since.key, since.number, since.title, since.by_name) == ("incident", second.number, "Second", "Ada Admin")

    draft = revert(itsm, first)

    (conflict,) = draft.plan["conflicts"]
    assert (conflict["theirs"], conflict.get("mine")) == ("Second", None)


def test_what_another_environment_merged_since_is_not_told(itsm: World) -> None:
    done = merged(itsm, "add_field", text("urgency"))
    elsewhere = itsm.open("Elsewhere", environment="test")
    itsm.stage(elsewhere, "define", {"key": "incident", "name": "Incident"})
    ready = itsm.check_in(elsewhere)
    itsm.give("change.approve", elsewhere.pk, by=itsm.ben, digest=ready.approval_digest)
    itsm.merge(elsewhere)
    with itsm.reading():
        assert moved_since(done) == []
