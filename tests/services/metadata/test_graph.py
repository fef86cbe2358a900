"""The neighbourhood and the projection of references it is read from."""

from apps.metadata.models import Reference
from apps.metadata.queries import chains_of, neighbourhood, references_to
from tests.changing import World


def family(acme: World) -> None:
    """thing <- task <- incident <- major; note points at task; island stands alone."""
    acme.define("thing")
    acme.define("task", "number", base="thing")
    acme.define("incident", base="task")
    acme.define("major", base="incident")
    acme.define("island")
    change = acme.open()
    acme.stage(change, "define", {"key": "note", "name": "Note"}, on="note")
    acme.add_field(change, "about", on="note", type="reference", references="task")
    acme.carry_through(change)


def keys(acme: World, *touched: str) -> set[str]:
    where = acme.environment()
    with acme.reading():
        own = {("record_type", key) for key in touched}
        found = neighbourhood(where.pk, where.project_id, {}, own)
    return {key for _, key in found.nodes}


def test_the_neighbourhood_is_what_can_be_broken_and_no_more(acme: World) -> None:
    family(acme)

    assert keys(acme, "task") == {"thing", "task", "incident", "major"}  # note only asks that it exists
    assert keys(acme, "major") == {"thing", "task", "incident", "major"}
    assert keys(acme, "island") == {"island"}


def test_what_does_not_exist_is_missing_or_elsewhere(acme: World) -> None:
    """EC-GRA-009, EC-GRA-011: told apart, and only looked up where something points."""
    other = acme.give("project.create", name="HR", key="hr")
    change = acme.give("change.create", title="There", project_id=other.pk)
    acme.stage(change, "define", {"key": "person", "name": "Person"}, on="person")
    acme.carry_through(change)
    where = acme.environment()
    content = {"name": "X", "status": "draft", "fields": {}}

    with acme.reading():
        found = neighbourhood(
            where.pk,
            where.project_id,
            {
                ("record_type", "x"): {**content, "base_type": "person"},
                ("record_type", "y"): {**content, "base_type": "z"},
            },
            {("record_type", "x"), ("record_type", "y")},
        )

    assert found.elsewhere == {("record_type", "person")}
    assert ("record_type", "z") in found.missing


def test_chains_are_nearest_first(acme: World) -> None:
    family(acme)
    where = acme.environment().pk

    with acme.reading():
        chains = chains_of(where, "record_type", ["incident", "thing", "nowhere"])

    assert [content["name"] for content in chains["incident"]] == ["Incident", "Task", "Thing"]
    assert [content["name"] for content in chains["thing"]] == ["Thing"]
    assert chains["nowhere"] == ()


def test_references_follow_the_heads(acme: World) -> None:
    family(acme)
    where = acme.environment().pk
    with acme.reading():
        assert [row.source.key for row in references_to(where, "record_type", "task")] == ["incident", "note"]

    change = acme.open()
    acme.stage(change, "remove_field", {"field": "about"}, on="note")
    acme.carry_through(change)

    with acme.reading():
        assert [row.source.key for row in references_to(where, "record_type", "task")] == ["incident"]


def test_rebuilding_references_finds_nothing_to_mend_and_mends_what_was_broken(acme: World) -> None:
    family(acme)
    where = acme.environment().pk

    assert acme.give("metadata.rebuild_references", where)["differences"] == 0
    with acme.reading():
        Reference.objects.filter(target_key="thing").delete()
        Reference.objects.filter(target_key="incident").update(target_key="nowhere")

    assert acme.give("metadata.rebuild_references", where) == {"references": 4, "differences": 3}
    assert acme.give("metadata.rebuild_references", where)["differences"] == 0
