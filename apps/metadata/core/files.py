"""Files and scripts: a path below the module's root and the full text. Stored, handed out, never executed here."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from apps.kernel.kinds import Projected
from apps.metadata.core.content import Content, Path, put
from apps.metadata.core.findings import Finding
from apps.metadata.core.kinds import MetadataKind
from apps.metadata.core.operations import Context, Inverse, Operation, Restore, Retire, Reversibility

MAX_TEXT = 500_000


class FileContent(BaseModel):
    """What is stored of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1, max_length=200)
    text: str = Field(max_length=MAX_TEXT)
    status: Literal["active", "retired"] = "active"


class EditFile(Operation):
    """Give a file its whole text; a file that is not there comes into being."""

    type: ClassVar[str] = "edit_file"

    path: str
    text: str

    def apply(self, content: Content | None, context: Context) -> Content:
        if content is None:
            return {"path": self.path, "text": self.text, "status": "active"}
        return put(content, ("text",), self.text)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({()} if content is None else {("text",)})

    def claims(self) -> frozenset[str]:
        return frozenset({self.path})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        if content is None:
            return Inverse(Retire(), Reversibility.LOSSLESS)
        return Inverse(EditFile(path=self.path, text=str(content.get("text", ""))), Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"path": self.path, "content": self.text}

    def summary(self) -> str:
        return f"Write {self.path}"


class EditFilePayload(BaseModel):
    """What a caller sends; ``base_sha`` names the commit it was written against, for people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1, max_length=200)
    content: str = Field(max_length=MAX_TEXT)
    base_sha: str | None = Field(default=None, max_length=64)


#: What a binder raises for a payload that is wrong in itself: the kind's app says how it is answered.
Invalid = Callable[[ValidationError], Exception]


def binder(invalid: Invalid) -> Callable[..., Operation]:
    """The binding of a kind of files; a payload that does not fit raises what ``invalid`` makes of it."""

    def bind(
        operation_type: str,
        payload: Mapping[str, Any],
        _content: Content | None,
        _context: Context,
        _lineage: Callable[[int], str],
    ) -> Operation:
        if operation_type == Retire.type:
            return Retire()
        if operation_type == Restore.type:
            return Restore()
        try:
            wanted = EditFilePayload.model_validate(payload)
        except ValidationError as error:
            raise invalid(error) from error
        return EditFile(path=wanted.path, text=wanted.content)

    return bind


def check(content: Content) -> list[Finding]:
    """Whether the content has its shape."""
    try:
        FileContent.model_validate(content)
    except ValidationError as error:
        faults = [(fault["msg"], tuple(map(str, fault["loc"]))) for fault in error.errors()]
        return [Finding.error("INVALID_CONTENT", message, path) for message, path in faults]
    return []


def projected(content: Content) -> Projected:
    return Projected(str(content.get("path", "")), str(content.get("status", "active")))


def kind_of_files(name: str, label: str, label_plural: str, invalid: Invalid) -> MetadataKind:
    """A kind whose definitions are texts with a path."""
    operations: dict[str, type[Operation]] = {operation.type: operation for operation in (EditFile, Retire, Restore)}
    return MetadataKind(
        name=name,
        label=label,
        label_plural=label_plural,
        content_model=FileContent,
        operations=operations,
        bind=binder(invalid),
        check=check,
        project=projected,
    )
