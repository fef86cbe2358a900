"""Forms made from a pydantic model: what is asked, what is sent on, and where a refusal is shown."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from pydantic import BaseModel

from apps.kernel.admin.choices import Option
from apps.kernel.admin.fields import Lines, field_for, unwrapped
from apps.kernel.admin.naming import asked_of, words
from apps.kernel.errors import DomainError

Options = Callable[[str], Sequence[Option] | None]


class InputForm(forms.Form):
    """Collects the values of one input model. What was typed stays in the form whatever the answer is."""

    model: type[BaseModel]
    hidden: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()

    def asked(self) -> list[forms.BoundField]:
        """The inputs everybody sees, in their order."""
        return [self[name] for name in self.fields if name not in self.folded]

    def seldom(self) -> list[forms.BoundField]:
        """The inputs folded away."""
        return [self[name] for name in self.fields if name in self.folded and name not in self.hidden]

    def unfolded(self) -> bool:
        """Whether one of the folded inputs has something to say: a value, or a fault."""
        return any(field.errors or field.value() not in (None, "", [], False) for field in self.seldom())

    def inputs(self) -> dict[str, Any]:
        """The values to send: inputs left empty are left out, unless they held something before and may be null."""
        sent: dict[str, Any] = {}
        for name, info in self.model.model_fields.items():
            value = self.cleaned_data.get(name)
            _kind, nullable = unwrapped(info.annotation)
            if (value not in (None, "") and value != []) or (value == [] and (info.is_required() or self._held(name))):
                sent[name] = value
            elif self._held(name) and nullable:
                sent[name] = None
            elif value == "" and self._held(name):
                sent[name] = value
            elif isinstance(self.fields[name], forms.BooleanField):
                sent[name] = bool(value)
        return sent

    def _held(self, name: str) -> bool:
        return self.initial.get(name) not in (None, "", [])

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal: faults beside their fields, the sentence above them."""
        placed = False
        for fault in refusal.details.get("errors", ()):
            self._place(str(fault.get("path", "")), str(fault["message"]))
            placed = True
        field = refusal.details.get("field")
        if not placed and isinstance(field, str) and field in self.fields and field not in self.hidden:
            self.add_error(field, refusal.message)
            placed = True
        if not placed:
            self.add_error(None, refusal.message)

    def _place(self, path: str, message: str) -> None:
        """A fault of ``/payload/definition/label`` belongs to ``label``, where that is asked."""
        if message.startswith("String should match pattern"):
            # A regular expression says nothing to most people; the field's help says what is expected.
            message = _("This does not have the expected form.")
        parts = [part for part in path.split("/") if part]
        shown = [part for part in reversed(parts) if part in self.fields and part not in self.hidden]
        if shown:
            # Inside a value that is typed as a whole, such as a list as JSON, the fault says where.
            inside = parts[len(parts) - parts[::-1].index(shown[0]) :]
            self.add_error(shown[0], f"{self._inside(shown[0], inside)}{message}")
        else:
            self.add_error(None, f"{words(parts[-1])}: {message}" if parts else message)

    def _inside(self, field: str, inside: list[str]) -> str:
        """Where in a value typed as a whole a fault is: the line of a text, the path in JSON."""
        if isinstance(self.fields[field], Lines) and inside and inside[0].isdigit():
            return _("Line %(number)s: ") % {"number": int(inside[0]) + 1}
        return f"{'.'.join(inside)}: " if any(not part.isdigit() for part in inside) else ""


def form_for(
    model: type[BaseModel],
    *,
    options: Options = lambda name: None,
    hidden: Iterable[str] = (),
    folded: Iterable[str] = (),
    command: str = "",
) -> type[InputForm]:
    """A form class for the model. ``hidden`` inputs travel along unseen, ``folded`` ones wait to be opened; what the
    inputs of a ``command`` are called is said by whoever registered it."""
    unseen = frozenset(hidden)
    made: dict[str, Any] = {"model": model, "hidden": unseen, "folded": frozenset(folded) - unseen}
    for name, info in model.model_fields.items():
        made[name] = field_for(name, info, options(name))
        said = asked_of(command, name)
        if said is not None:
            made[name].label, made[name].help_text = said
        if name in unseen:
            made[name].widget = made[name].hidden_widget()
    return type("CommandForm", (InputForm,), made)
