"""What the pages of history ask for: an environment and a time, or two of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from pydantic import TypeAdapter, ValidationError
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.metadata.core.instant import Instant
from apps.metadata.queries import Side
from apps.tenancy.models import Environment

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


class _Time(forms.DateTimeField):
    """A time as a person writes it, in UTC unless it says otherwise, and one that a database can hold."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            at = super().to_python(value)
            return None if at is None else _INSTANT.validate_python(at)
        except (ValidationError, OverflowError):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


def _time(label: Any) -> forms.DateTimeField:
    # Text and not a browser's date picker, which would cut a time to its minute and forget the rest.
    widget = UnfoldAdminTextInputWidget(attrs={"placeholder": gettext_lazy("now"), "autocomplete": "off"})
    return _Time(label=label, required=False, widget=widget)


def _environment(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, widget=UnfoldAdminSelectWidget())


class _Asking(forms.Form):
    """Unbound without parameters; with some, what is wrong stands beside its field and nothing is compared."""

    def __init__(self, request: HttpRequest, project_id: UUID, environment_id: UUID | None) -> None:
        stages = list(Environment.objects.filter(project_id=project_id).order_by("position", "pk"))
        self.names = {row.pk: row.name for row in stages}
        self.environment_id = environment_id if environment_id in self.names else stages[0].pk
        given = {name: request.GET[name] for name in self.base_fields if name in request.GET}
        super().__init__({**self.standard(), **given})
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.choices = [(str(row.pk), row.name) for row in stages]
        self.full_clean()

    def standard(self) -> dict[str, str]:
        return {"environment": str(self.environment_id)}

    def side(self, environment: str, at: str) -> Side:
        return Side(UUID(self.cleaned_data[environment]), self.cleaned_data[at])

    def said(self, side: Side) -> str:
        """A side in words."""
        name = self.names[side.environment_id]
        return name if side.at is None else f"{name}, {side.at:%Y-%m-%d %H:%M:%S} UTC"


class OneSide(_Asking):
    """An environment and a time."""

    environment = _environment(gettext_lazy("Environment"))
    at = _time(gettext_lazy("As it was at (UTC)"))


class TwoSides(_Asking):
    """What to compare: the environment in the shell with the next one, unless something else is asked."""

    environment = _environment(gettext_lazy("This side"))
    here_at = _time(gettext_lazy("as it was at (UTC)"))
    against = _environment(gettext_lazy("The other side"))
    at = _time(gettext_lazy("as it was at (UTC)"))

    def standard(self) -> dict[str, str]:
        others = [pk for pk in self.names if pk != self.environment_id]
        return {**super().standard(), "against": str(others[0] if others else self.environment_id)}
