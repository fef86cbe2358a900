"""What the API answered: as it should be, or with the whole answer in the failure."""

from typing import Any


def done(answer: Any, status: int = 200) -> Any:
    """The body of an answer with that status."""
    assert answer.status_code == status, answer.content
    return answer.json()


def made(answer: Any) -> Any:
    """What was created."""
    return done(answer, 201)


def items(answer: Any) -> list[Any]:
    """One page of a list."""
    found: list[Any] = done(answer)["items"]
    return found


def refused(answer: Any, status: int, code: str) -> Any:
    """The error of an answer with that status and code."""
    error = done(answer, status)["error"]
    assert error["code"] == code, answer.content
    return error
