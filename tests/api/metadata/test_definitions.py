"""Definitions, revisions and heads over REST."""

from tests import people
from tests.api.conftest import Caller, caller
from tests.changing import World


def test_heads_and_the_root_of_an_environment(acme: World, ada: Caller) -> None:
    dev, test = acme.environment("dev"), acme.environment("test")

    (head,) = ada.get(f"/environments/{dev.pk}/heads").json()["items"]
    roots = [ada.get(f"/environments/{one.pk}/root").json()["root_digest"] for one in (dev, test)]

    assert (head["kind"], head["key"], head["name"], head["number"]) == ("record_type", "incident", "Incident", 1)
    assert roots[0] != roots[1]
    assert ada.get(f"/environments/{test.pk}/heads").json()["items"] == []


def test_revisions_of_a_definition_newest_first(acme: World, ada: Caller) -> None:
    change = acme.open()
    acme.add_field(change, "urgency")
    acme.carry_through(change)
    head = acme.head()
    assert head is not None

    items = ada.get(f"/definitions/{head.definition_id}/revisions").json()["items"]

    assert [(row["number"], row["digest"] == head.digest) for row in items] == [(2, True), (1, False)]
    assert items[0]["change_id"] == str(change.pk)
    assert ada.get(f"/definitions/{head.definition_id}").json()["key"] == "incident"


def test_another_tenant_sees_none_of_it(acme: World, ada: Caller) -> None:
    head = acme.head()
    assert head is not None
    globex = people.tenant("globex")
    stranger = caller(people.person(globex, "Gil Globex", roles=["Admin"]), globex)

    for path in (
        f"/definitions/{head.definition_id}",
        f"/definitions/{head.definition_id}/revisions",
        f"/environments/{acme.environment().pk}/heads",
        f"/environments/{acme.environment().pk}/root",
    ):
        assert ada.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
