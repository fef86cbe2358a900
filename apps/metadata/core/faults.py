"""What is wrong with the payload of an operation, told before it is staged."""

from typing import NamedTuple

from apps.metadata.core.content import pointer


class Fault(NamedTuple):
    """One thing wrong with a payload: where (``definition.label``), and what."""

    path: str
    message: str


class InvalidPayload(ValueError):
    """A payload that is wrong in itself, whatever it is applied to."""

    def __init__(self, code: str, message: str, *faults: Fault) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.faults = faults

    @property
    def errors(self) -> list[dict[str, str]]:
        """The faults as interfaces show them: pointers into what was sent."""
        return [
            {"path": pointer(("payload", *fault.path.split("."))), "message": fault.message} for fault in self.faults
        ]
