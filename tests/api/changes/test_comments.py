"""The conversation of a change over REST: shape, permission, another tenant, query counts."""

from typing import Any

import pytest

from tests.api.conftest import Caller, caller
from tests.changing import World, world


@pytest.fixture
def acme(db: Any) -> World:
    return world()


def test_a_conversation(acme: World, ada: Caller, eve: Caller) -> None:
    change = acme.open()
    at = f"/changes/{change.number}/comments"

    made = eve.post(at, {"body": f"Is it right, @{acme.ada.handle}?"})
    assert made.status_code == 201, made.content
    comment = made.json()
    assert sorted(comment) == [
        "about", "author_id", "body", "change_id", "created_at", "deleted_at", "deleted_by_id", "edited_at", "id",
        "mentions", "operation_id",
    ]  # fmt: skip
    assert (comment["author_id"], comment["mentions"]) == (str(acme.eve.pk), [str(acme.ada.pk)])

    refused = ada.send("patch", f"{at}/{comment['id']}", {"body": "It is."})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "FOREIGN_COMMENT")
    edited = eve.send("patch", f"{at}/{comment['id']}", {"body": "It is right."})
    assert (edited.status_code, edited.json()["body"]) == (200, "It is right.")
    assert ada.send("delete", f"{at}/{comment['id']}").status_code == 204
    assert eve.send("patch", f"{at}/{comment['id']}", {"body": "Back"}).status_code == 409

    (shown,) = eve.get(at).json()["items"]
    assert (shown["body"], shown["deleted_by_id"]) == ("", str(acme.ada.pk))


def test_an_author_is_never_read_from_the_body(acme: World, eve: Caller) -> None:
    change = acme.open()

    refused = eve.post(f"/changes/{change.pk}/comments", {"body": "Hello", "author_id": str(acme.ada.pk)})

    assert refused.status_code == 400
    assert eve.get(f"/changes/{change.pk}/comments").json()["items"] == []


def test_an_idempotency_key_says_it_once(acme: World, eve: Caller) -> None:
    change = acme.open()
    for _twice in range(2):
        eve.post(f"/changes/{change.pk}/comments", {"body": "Once"}, idempotency_key="a-comment")

    assert [row["body"] for row in eve.get(f"/changes/{change.pk}/comments").json()["items"]] == ["Once"]


def test_another_tenant_finds_no_conversation(acme: World) -> None:
    change = acme.open()
    globex = world("globex")
    gil = caller(globex.ada, globex.tenant)

    assert gil.get(f"/changes/{change.pk}/comments").status_code == 404
    assert gil.post(f"/changes/{change.pk}/comments", {"body": "Hello"}).status_code == 404


def test_a_conversation_costs_the_same_for_more_words(acme: World, ada: Caller) -> None:
    change = acme.open()
    counts = []
    for number in range(3):
        acme.give("change.comment", change.pk, body=f"@{acme.ben.handle} {number}")
        counts.append(ada.cost(f"/changes/{change.pk}/comments"))

    assert counts[0] == counts[2]
