"""What would be lost: seeing what ran when, who set what, how environments differ, and taking a difference over."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from apps.changes.models import Change, ChangeOperation
from apps.metadata.admin import comparing
from apps.metadata.models import HeadMove
from tests import people
from tests.admin.conftest import Seat, offered, sit, text
from tests.changing import World


@pytest.fixture
def itsm(acme: World) -> World:
    acme.define("incident", "summary")
    return acme


def rename(world: World, name: str) -> Any:
    change = world.open(f"Name it {name}")
    world.stage(change, "set_attribute", {"attribute": "name", "value": name})
    return world.carry_through(change)


def moves(world: World) -> list[HeadMove]:
    with world.reading():
        return list(HeadMove.objects.order_by("moved_at"))


def test_the_page_of_a_definition_shows_its_revisions_by_number_and_its_moves(itsm: World, ada: Seat) -> None:
    renamed = rename(itsm, "Ticket")
    one, two = moves(itsm)

    page = ada.get(f"/metadata/definition/{one.definition_id}/")

    assert "#2" in text(page)
    assert "Moves" in text(page)
    assert renamed.change.number in text(page)
    assert f"/admin/metadata/headmove/{two.pk}/" in page.content.decode()


def test_who_set_what_now_and_as_it_was(itsm: World, ada: Seat) -> None:
    renamed = rename(itsm, "Ticket")
    one, _ = moves(itsm)
    path = f"/metadata/definition/{one.definition_id}/past/"

    now = text(ada.get(path))
    then = text(ada.get(path, environment=str(one.environment_id), at=one.moved_at.isoformat()))
    before = text(ada.get(path, at="2001-01-01 00:00"))
    bad = [text(ada.get(path, at=at)) for at in ("yesterday", "0001-01-01T00:00:00+14:00", "2026-13-01 00:00")]

    assert f"/name Ticket #2 {renamed.change.number}" in now
    assert "Name Incident" in then
    assert renamed.change.number not in then
    assert "field summary, type" in now
    assert "did not exist" in before
    assert ["valid date" in page for page in bad] == [True] * 3


def test_the_history_of_the_environment_and_one_move(itsm: World, ada: Seat) -> None:
    rename(itsm, "Ticket")
    _, two = moves(itsm)

    listed = text(ada.get("/metadata/headmove/"))
    page = ada.get(f"/metadata/headmove/{two.pk}/")

    assert "incident" in listed
    assert "Ada Admin" in listed
    assert "Incident" in text(page)
    assert "Ticket" in text(page)
    assert "#2" in text(page)


def test_comparing_two_environments_and_adopting_one_definition(itsm: World, ada: Seat) -> None:
    """From a difference to a draft in one press; the draft holds it and nothing else."""
    itsm.define("task")
    dev, test = itsm.environment(), itsm.environment("test")
    head = itsm.head("task")
    assert head is not None

    page = ada.get("/metadata/definition/compare/", environment=str(test.pk), against=str(dev.pk))
    assert "drifted" in text(page)
    assert "record type: 2 only there" in text(page)
    assert "0 only here" not in text(page)
    assert "change.adopt" in offered(page)

    done = ada.command(
        "change.adopt", test.pk, from_environment_id=str(dev.pk), definitions=str(head.definition_id), next="/admin/"
    )
    with itsm.reading():
        change = Change.objects.get(origin="adoption")
        rows = list(ChangeOperation.objects.filter(change=change).values_list("operation", "target__key"))
    assert done.status_code == 302
    assert str(change.pk) in done["Location"]
    assert rows == [("adopt", "task")]


def test_the_form_of_adopting_offers_what_differs(itsm: World, ada: Seat) -> None:
    dev, test = itsm.environment(), itsm.environment("test")
    rename(itsm, "Ticket")
    then = moves(itsm)[0].moved_at

    form = ada.get(f"/commands/change.adopt/{test.pk}/", from_environment_id=str(dev.pk))
    past = ada.get(f"/commands/change.adopt/{dev.pk}/", from_at=then.isoformat())
    refused = ada.command("change.adopt", dev.pk, _form="1", from_environment_id=str(dev.pk))
    done = ada.command("change.adopt", dev.pk, _form="1", from_at=then.isoformat())

    assert "incident (record type)" in text(form)
    assert "incident (record type)" in text(past)
    assert "nothing to adopt" in text(refused)
    assert done.status_code == 302
    with itsm.reading():
        assert Change.objects.filter(origin="adoption").count() == 1


def test_a_long_comparison_goes_on_where_the_page_ended(
    itsm: World, ada: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every difference is on one page and on one only; what is no place to go on from is the first page."""
    monkeypatch.setattr(comparing, "SHOWN", 2)
    for key in ("task", "problem"):
        itsm.define(key)
    sides = {"environment": str(itsm.environment("test").pk), "against": str(itsm.environment().pk)}
    path = "/metadata/definition/compare/"

    first = ada.get(path, **sides)
    (onward,) = re.findall(r'href="/admin(/metadata/definition/compare/[?][^"]*after=[^"]*)"', first.content.decode())
    rest = ada.get(unescape(onward))
    again = [text(ada.get(path, **sides, after=after)) for after in ("problem", str(itsm.tenant.pk))]

    def shown(page: str) -> list[str]:
        return re.findall("(incident|problem|task) record type only there", page)

    assert (shown(text(first)), shown(text(rest))) == (["incident", "problem"], ["task"])
    assert [shown(page) for page in again] == [["incident", "problem"]] * 2
    assert ("Next page" in text(first), "Next page" in text(rest)) == (True, False)


def test_two_equal_sides_and_the_past_offer_nothing_to_adopt(itsm: World, ada: Seat) -> None:
    dev = str(itsm.environment().pk)
    rename(itsm, "Ticket")
    then = moves(itsm)[0].moved_at.isoformat()

    same = ada.get("/metadata/definition/compare/", environment=dev, against=dev)
    past = ada.get("/metadata/definition/compare/", environment=dev, here_at=then, against=dev)
    back = ada.get("/metadata/definition/compare/", environment=dev, against=dev, at=then)

    assert "Both sides say the same" in text(same)
    assert "change.adopt" not in offered(past)
    assert "change.adopt" in offered(back)
    assert "Ticket" in text(back)


def test_the_page_of_an_environment_leads_to_its_history(itsm: World, ada: Seat) -> None:
    test = itsm.environment("test").pk

    page = ada.get(f"/tenancy/environment/{test}/")

    assert "Root digest" in text(page)
    assert "What moved last" in text(page)
    (way,) = re.findall(r'href="/admin(/metadata/definition/compare/[?][^"]*)"', page.content.decode())
    assert f'<option value="{test}" selected>' in ada.get(way).content.decode()


def test_another_tenant_opens_none_of_it(itsm: World, ada: Seat) -> None:
    globex = people.tenant("globex")
    stranger = sit(people.person(globex, "Gil Globex", roles=["Admin"]), globex)
    (one,) = moves(itsm)
    query = urlencode({"environment": itsm.environment().pk, "against": itsm.environment("test").pk})

    for path in (f"/metadata/headmove/{one.pk}/", f"/metadata/definition/{one.definition_id}/past/"):
        assert ada.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
    assert ada.get(
        "/metadata/definition/nothing/past/",
    ).status_code in {302, 404}
    assert "incident" not in text(stranger.get(f"/metadata/definition/compare/?{query}"))


def test_the_pages_cost_the_same_at_one_and_at_three_rows(itsm: World, ada: Seat) -> None:
    (one,) = moves(itsm)
    paths = [
        "/metadata/headmove/",
        f"/metadata/definition/{one.definition_id}/",
        f"/metadata/definition/{one.definition_id}/past/",
        "/metadata/definition/compare/",
    ]

    before = [ada.cost(path) for path in paths]
    itsm.define("task")
    itsm.define("problem")
    rename(itsm, "Ticket")
    rename(itsm, "Case")

    assert [ada.cost(path) for path in paths] == before
