"""Statements that are written once find what their queries find, behind the wall."""

from typing import Any
from uuid import UUID, uuid4

from apps.changes.models import Change
from apps.kernel.prepared import Statement
from tests.changing import world

ANY = UUID(int=0)


def test_a_statement_finds_what_its_query_finds(db: Any) -> None:
    acme, other = world(), world("globex")
    changes = [acme.open("One"), acme.open("Two")]
    with acme.reading():
        rows = Change.objects.values("id", "title", "plan", "former_authors", "created_at", "merged_at")
        statement = Statement(rows.filter(pk=ANY, status="Draft"), ANY)

        assert [statement.rows(change.pk) for change in changes] == [list(rows.filter(pk=one.pk)) for one in changes]
        assert statement.rows(uuid4()) == []
        assert Statement(rows.order_by("number")).rows() == list(rows.order_by("number"))
    with other.reading():
        assert statement.rows(changes[0].pk) == []
