"""Files: the laws of their one operation, and content that is never trusted."""

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from apps.metadata.core.files import EditFile, check, kind_of_files
from apps.metadata.core.operations import NO_CONTEXT, RETIRED, Reversibility

TEXTS = st.text(st.characters(codec="utf-8"), max_size=50)
PATH = "docs/readme.md"


@given(TEXTS, TEXTS)
def test_writing_a_file_is_undone_without_loss(before: str, after: str) -> None:
    content = EditFile(path=PATH, text=before).apply(None, NO_CONTEXT)
    operation = EditFile(path=PATH, text=after)

    inverse = operation.invert(content, NO_CONTEXT)

    assert inverse.reversibility is Reversibility.LOSSLESS
    assert inverse.operation is not None
    assert inverse.operation.apply(operation.apply(content, NO_CONTEXT), NO_CONTEXT) == content


@given(TEXTS)
def test_a_file_that_came_into_being_is_retired_again(text: str) -> None:
    operation = EditFile(path=PATH, text=text)

    inverse = operation.invert(None, NO_CONTEXT)

    assert inverse.operation is not None
    assert inverse.operation.apply(operation.apply(None, NO_CONTEXT), NO_CONTEXT)["status"] == RETIRED
    assert (operation.touches(None, NO_CONTEXT), operation.claims()) == (frozenset({()}), frozenset({PATH}))


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.none() | TEXTS, max_size=4))
def test_garbage_is_found_and_never_raises(content: dict[str, object]) -> None:
    assert check(content)


def test_a_kind_of_files_binds_what_people_send() -> None:
    def invalid(error: ValidationError) -> Exception:
        return error

    kind = kind_of_files("file", "file", "files", invalid)
    operation = kind.bind("edit_file", {"path": PATH, "content": "x"}, None, NO_CONTEXT, str)

    assert operation == EditFile(path=PATH, text="x")
    assert kind.operations[operation.type].model_validate(operation.payload()) == operation
    assert kind.project(operation.apply(None, NO_CONTEXT)) == (PATH, "active")
