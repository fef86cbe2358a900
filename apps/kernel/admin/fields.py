"""Form fields for the types a command's input may have."""

import functools
import json
import operator
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, EmailStr, SecretStr
from pydantic.fields import FieldInfo
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.kernel.admin.choices import Option
from apps.kernel.admin.naming import words
from apps.kernel.body import parse_value
from apps.kernel.errors import DomainError

LONG = 500
TEXTS = (EmailStr, SecretStr)
AS_JSON = {"data-json": "", "spellcheck": "false"}
PROSE = frozenset({"description", "comment", "reason", "help", "text"})


class Lines(forms.CharField):
    """A list of texts, one a line."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list | tuple | set | frozenset):
            return [str(item) for item in value]
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else value


class Json(forms.CharField):
    """Any JSON value that keeps the limits of a request's body."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return parse_value(value)
        except DomainError as refusal:
            if "line" not in refusal.details:
                raise forms.ValidationError(refusal.message) from None
            message = _("This is not valid JSON: line %(line)s, column %(column)s.")
            raise forms.ValidationError(message, params=refusal.details) from None

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else json.dumps(value, indent=2, ensure_ascii=False)


class JsonText(Json):
    """A value whose type is decided elsewhere: JSON where it parses, otherwise the text itself."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return parse_value(value)
        except DomainError:
            return value


def field_for(name: str, info: FieldInfo, options: Sequence[Option] | None) -> forms.Field:
    """The form field for one input; pydantic still has the last word on its value."""
    kind, nullable = unwrapped(info.annotation)
    common: dict[str, Any] = {
        "label": info.title or words(name),
        "help_text": info.description or "",
        "required": info.is_required() and not nullable,
    }
    if not info.is_required() and info.default is not None:
        common["initial"] = info.get_default(call_default_factory=False)
    if get_origin(kind) in (list, set, frozenset, tuple):
        return _many(kind, options, common)
    if options is not None:
        return _one_of([(str(value), label) for value, label in options], common)
    if kind is bool:
        return _boolean(common, nullable=nullable)
    choices = _named_values(kind)
    if choices is not None:
        return _one_of(choices, common)
    if isinstance(kind, type) and (kind in TEXTS or issubclass(kind, str)):
        return _text(name, common, info)
    return _plain(kind, common)


def _named_values(kind: Any) -> list[Option] | None:
    """The values of a literal or an enumeration; None for any other type."""
    if get_origin(kind) is Literal:
        return [(str(value), words(str(value))) for value in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [(str(one.value), str(getattr(one, "label", None) or words(str(one.value)))) for one in kind]
    return None


def _plain(kind: Any, common: dict[str, Any]) -> forms.Field:
    """Numbers, times, documents; anything else as text that pydantic will read."""
    if kind is int:
        return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget(), **common)
    if kind in (float, Decimal):
        return forms.DecimalField(widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "any"}), **common)
    if kind is datetime:
        return forms.DateTimeField(widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}), **common)
    if kind is date:
        return forms.DateField(widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}), **common)
    if get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, BaseModel | dict)):
        return Json(widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, **AS_JSON}), **common)
    if kind is Any or get_origin(kind) in (Union, UnionType):
        return JsonText(widget=UnfoldAdminTextInputWidget(), **common)
    return forms.CharField(widget=UnfoldAdminTextInputWidget(), **common)


def unwrapped(annotation: Any) -> tuple[Any, bool]:
    """The type without ``Annotated`` and ``None``, and whether None was among the alternatives."""
    nullable = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, UnionType) and NoneType in get_args(annotation):
            nullable = True
            rest = [part for part in get_args(annotation) if part is not NoneType]
            if len(rest) > 1:
                return functools.reduce(operator.or_, rest), nullable
            annotation = rest[0]
        else:
            return annotation, nullable


def _one_of(choices: list[Option], common: dict[str, Any]) -> forms.Field:
    if isinstance(common.get("initial"), Enum):
        common = {**common, "initial": str(common["initial"].value)}
    if not common["required"] or common.get("initial") is None:
        choices = [("", _("Choose…") if common["required"] else "—"), *choices]  # type: ignore[list-item]
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **common)


def _many(kind: Any, options: Sequence[Option] | None, common: dict[str, Any]) -> forms.Field:
    arguments = [argument for argument in get_args(kind) if argument is not Ellipsis]
    item, _nullable = unwrapped(arguments[0]) if arguments else (str, False)
    if options is None and get_origin(item) is Literal:
        options = [(str(value), words(str(value))) for value in get_args(item)]
    if options is None and isinstance(item, type) and issubclass(item, BaseModel | dict):
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 6, **AS_JSON})
        return Json(widget=widget, **common)
    if options is None:
        help_text = common["help_text"] or _("One on each line.")
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})
        return Lines(widget=widget, **{**common, "help_text": help_text})
    return forms.MultipleChoiceField(choices=list(options), widget=UnfoldAdminCheckboxSelectMultipleWidget(), **common)


def _boolean(common: dict[str, Any], *, nullable: bool) -> forms.Field:
    if nullable:
        choices = [("true", _("Yes")), ("false", _("No"))]
        return _one_of(choices, common)  # type: ignore[arg-type]
    return forms.BooleanField(widget=UnfoldBooleanWidget(), **{**common, "required": False})


def _text(name: str, common: dict[str, Any], info: FieldInfo) -> forms.Field:
    longest = next((limit.max_length for limit in info.metadata if hasattr(limit, "max_length")), None)
    if "password" in name or "secret" in name:
        return forms.CharField(widget=UnfoldAdminPasswordWidget(), strip=False, **common)
    if name == "email":
        return forms.EmailField(widget=UnfoldAdminEmailInputWidget(), **common)
    if name in PROSE or (longest or 0) > LONG:
        return forms.CharField(max_length=longest, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **common)
    return forms.CharField(max_length=longest, widget=UnfoldAdminTextInputWidget(), **common)
