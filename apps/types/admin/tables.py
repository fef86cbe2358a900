"""The tables of fields and choices, with what the change in hand does to them."""

from collections.abc import Sequence
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.changes.models import ChangeOperation
from apps.kernel.admin.parts import Badge, Badges, Button, Code, Empty, Link, Row, Stack, Table
from apps.kernel.admin.shell import ChosenChange
from apps.metadata.admin.diffing import said
from apps.metadata.admin.listing import definition_page
from apps.types.admin.workbench import Workbench
from apps.types.core.views import FieldView

Mark = Literal["", "add", "change", "remove"]
FLAGS = {
    "required": (gettext_lazy("required"), "accent"),
    "unique": (gettext_lazy("unique"), ""),
    "indexed": (gettext_lazy("indexed"), ""),
    "multiple": (gettext_lazy("several values"), ""),
}


def field_table(bench: Workbench) -> Table:
    """Own and inherited fields in one table; removed ones of this change stay visible until it is merged."""
    before = {field.id: field for field in bench.stored.fields} if bench.stored else {}
    now = {field.id: field for field in bench.shown.fields}
    rows = [_field_row(bench, field, before.get(field.id)) for field in now.values()]
    rows += [_gone_row(bench, field) for identity, field in before.items() if identity not in now]
    columns = [_("Field"), _("Type"), _("Rules"), _("Default"), _("From")]
    empty = Empty(_("No fields yet"), _("A type needs one field before it can be activated."), icon="view_column")
    return Table(columns, rows, empty)


def _field_row(bench: Workbench, field: FieldView, before: FieldView | None) -> Row:
    mark = _mark(field, before)
    name: Any = Code(field.name)
    if before is not None and before.name != field.name:
        name = [Code(field.name), Badge(_("was %(name)s") % {"name": before.name}, "info")]
    source: Any = Badge(_("own"), "accent")
    if field.inherited:
        tightened = [Badge(_("tightened"), "info")] if field.overridden else []
        source = Badges([Badge(_("from %(key)s") % {"key": field.owner}, icon="subdirectory_arrow_right"), *tightened])
    default = field.definition.get("default")
    return Row(
        [Stack(name, field.label), _type_of(field), _rules(field), "" if default is None else said(default), source],
        staged=mark,
        muted=field.inherited and not mark,
        buttons=_field_buttons(bench, field, mark) if bench.editable else [],
    )


def _mark(field: FieldView, before: FieldView | None) -> Mark:
    if before is None:
        return "add"
    return "change" if before.definition != field.definition or before.overridden != field.overridden else ""


def _gone_row(bench: Workbench, field: FieldView) -> Row:
    buttons = [] if not bench.editable else [press_button(bench, field.id, "restore", _("Undo"))]
    return Row(
        [Stack(Code(field.name), field.label), field.type, "", "", Badge(_("removed"), "bad")],
        staged="remove",
        buttons=buttons,
    )


def _type_of(field: FieldView) -> Any:
    definition = field.definition
    if definition.get("choice_list"):
        return Link(
            field.type,
            reverse("admin:types_choicelist_change", args=[definition["choice_list"]]),
            definition["choice_list"],
        )
    if definition.get("references"):
        return Link(
            field.type,
            reverse("admin:types_recordtype_change", args=[definition["references"]]),
            definition["references"],
        )
    return field.type


def _rules(field: FieldView) -> Any:
    definition = field.definition
    badges = [Badge(label, tone) for name, (label, tone) in FLAGS.items() if definition.get(name)]  # type: ignore[arg-type]
    if definition.get("max_length"):
        badges.append(Badge(_("up to %(count)s characters") % {"count": definition["max_length"]}))
    low, high = definition.get("min"), definition.get("max")
    if low is not None or high is not None:
        badges.append(Badge(f"{'' if low is None else low} … {'' if high is None else high}"))
    if definition.get("pattern"):
        badges.append(Badge(_("pattern")))
    if definition.get("personal_data"):
        badges.append(Badge(definition["personal_data"], "warn"))
    return Badges(badges) if badges else ""


def _field_buttons(bench: Workbench, field: FieldView, mark: Mark) -> Sequence[Button | Link]:
    here = [bench.address, field.id]
    edit = Link(_("Tighten") if field.inherited else _("Edit"), reverse("admin:types_field_edit", args=here))
    if field.inherited:
        undo = [undo_button(bench, f"#{field.id}")] if mark else []
        return [edit, *(button for button in undo if button)]
    rename = Link(_("Rename"), reverse("admin:types_field_rename", args=here))
    buttons: list[Button | Link] = [edit, rename, press_button(bench, field.id, "remove", _("Remove"))]
    undo_one = undo_button(bench, f"#{field.id}") if mark == "change" else None
    return [*buttons, undo_one] if undo_one else buttons


def press_button(bench: Workbench, field_id: str, act: str, label: str) -> Button:
    url = reverse("admin:types_field_press", args=[bench.address, field_id, act])
    return Button("", label, url, look="quiet", size="small")


def undo_button(bench: Workbench, *claims: str) -> Button | None:
    """Take the pending operation on this thing out of the change."""
    pending = next(iter(bench.claiming(*claims)), None)
    return undo(bench.change, pending) if pending and bench.change else None


def removed_table(bench: Workbench) -> Table:
    """Fields that were taken away by earlier changes: their values wait in the records."""
    before = {field.id for field in bench.stored.removed_fields} if bench.stored else set()
    rows = [
        Row(
            [Code(field.name), field.label, field.type],
            muted=True,
            buttons=[press_button(bench, field.id, "restore", _("Restore"))] if bench.editable else [],
        )
        for field in bench.shown.removed_fields
        if field.id in before
    ]
    return Table([_("Field"), _("Label"), _("Type")], rows)


def operation_table(bench: Workbench) -> Table:
    """What the change in hand holds for this definition."""
    rows = [
        Row(
            [str(row.sequence), row.summary],
            buttons=[undo(bench.change, row)] if bench.change and bench.editable else [],
        )
        for row in bench.operations
    ]
    return Table(["#", _("Operation")], rows)


def undo(change: ChosenChange, row: ChangeOperation) -> Button:
    url = reverse("admin:command_on", args=["change.delete_operation", change.id])
    return Button("", _("Undo"), url, {"operation_id": row.pk}, look="quiet", size="small")


def choice_table(bench: Workbench) -> Table:
    before = bench.stored.content.get("items", {}) if bench.stored else {}
    now = bench.shown.content.get("items", {})
    ordered = sorted(now.items(), key=lambda item: (str(item[1].get("order", "")), item[0]))
    rows = [_choice_row(bench, value, item, before.get(value)) for value, item in ordered]
    rows += [_gone_choice(bench, value, item) for value, item in sorted(before.items()) if value not in now]
    empty = Empty(_("No choices yet"), icon="list_alt")
    return Table([_("Value"), _("Label"), _("State")], rows, empty)


def _choice_row(bench: Workbench, value: str, item: dict[str, Any], before: dict[str, Any] | None) -> Row:
    mark: Mark = "add" if before is None else "change" if before != item else ""
    state = Badge(_("active"), "good") if item.get("active", True) else Badge(_("inactive"))
    buttons: list[Button | Link] = []
    if bench.editable:
        here = [bench.address, value]
        remove = reverse("admin:types_choice_remove", args=here)
        buttons = [
            Link(_("Edit"), reverse("admin:types_choice_edit", args=here)),
            Button("", _("Remove"), remove, look="quiet", size="small"),
        ]
    return Row([Code(value), item.get("label", value), state], staged=mark, buttons=buttons)


def _gone_choice(bench: Workbench, value: str, item: dict[str, Any]) -> Row:
    undo = undo_button(bench, f"#{value}") if bench.editable else None
    cells = [Code(value), item.get("label", value), Badge(_("removed"), "bad")]
    return Row(cells, staged="remove", buttons=[undo] if undo else [])


__all__ = ["choice_table", "definition_page", "field_table", "operation_table", "removed_table"]
