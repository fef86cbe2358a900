"""What would be lost: knowing how much hangs on a change that very much hangs on."""

from apps.changes.models import Change
from apps.kernel.dispatch import dispatch
from tests.admin.conftest import Seat, text
from tests.changing import World
from tests.services.changes.measured import pointing_at

MANY = 1_200


def described(acme: World) -> Change:
    """A validated change of a type that more refer to than a request counts."""
    acme.define("task", "number")
    pointing_at(acme, "task", count=MANY, name="f")
    change = acme.open("Describe it")
    acme.stage(change, "set_attribute", {"attribute": "description", "value": "All work"}, on="task")
    return acme.check_in(change)


def counted(acme: World, change: Change) -> None:
    with acme.as_system():
        assert dispatch("change.measure_impact", change.pk).finished_at is not None


def test_a_count_that_was_cut_off_is_shown_as_one_until_the_worker_is_done(acme: World, ada: Seat) -> None:
    """Issue 3 (impact): bounded in the request, the rest by the worker with progress."""
    change = described(acme)
    before = text(ada.get(f"/changes/change/{change.number}/"))
    counted(acme, change)
    after = text(ada.get(f"/changes/change/{change.number}/"))

    assert "at least 1000 files refer to it" in before
    assert "a worker counts the rest: 0 %" in before
    assert f"{MANY} files refer to it" in after
    assert "a worker counts" not in after


def test_the_count_of_other_operations_is_not_shown(acme: World, ada: Seat) -> None:
    change = described(acme)
    counted(acme, change)
    acme.give("change.withdraw", change.pk)
    acme.add_field(change, "urgency", on="task")
    page = text(ada.get(f"/changes/change/{change.number}/"))
    assert "at least 1000 files refer to it" in page
    assert "a worker counts" not in page
