"""What forms offer for keys of definitions, and answers to searches."""

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.changes.models import ChangeOperation
from apps.kernel.admin.choices import Option, choices_for
from apps.kernel.admin.naming import called, explains
from apps.kernel.admin.parts import Link
from apps.kernel.admin.searching import finder
from apps.kernel.admin.shell import shell_of
from apps.metadata.models import Head
from apps.metadata.queries import heads_of
from apps.types.core import choice_list, record_type

STAGED = _(
    "Staged in the change you choose. Without one it is merged at once where you may merge and the environment asks "
    "for no approval; otherwise it becomes a draft of yours."
)
called({"record_type.add_field": _("Add a field"), "choice_list.add_item": _("Add a choice")})
explains({"record_type.create": STAGED, "choice_list.create": STAGED})

OFFERED = 500
FOUND = 8
PAGES = {
    record_type.KIND: ("types_recordtype_change", _("Record type")),
    choice_list.KIND: ("types_choicelist_change", _("Choice list")),
}


@choices_for("stage:base_type", "stage:references")
def record_type_keys(request: HttpRequest) -> list[Option]:
    return _keys(request, record_type.KIND)


@choices_for("stage:choice_list")
def choice_list_keys(request: HttpRequest) -> list[Option]:
    return _keys(request, choice_list.KIND)


def _keys(request: HttpRequest, kind: str) -> list[Option]:
    """What the environment runs, and what the change in hand defines."""
    shell = shell_of(request)
    if shell.environment_id is None:
        return []
    running = heads_of(shell.environment_id).filter(kind=kind).exclude(status="retired")
    offered = {row.key: f"{row.name} ({row.key})" for row in running.only("key", "name", "kind")[:OFFERED]}
    if shell.change is not None:
        for key in _defined(shell.change.id, kind):
            offered.setdefault(key, f"{key} ({_('staged')})")
    return sorted(offered.items(), key=lambda option: option[1].lower())


def _defined(change_id: object, kind: str) -> list[str]:
    rows = ChangeOperation.objects.filter(change=change_id, operation="define", target__kind=kind, executed_at=None)
    return list(rows.order_by("target__key").values_list("target__key", flat=True))


@finder
def find_definitions(request: HttpRequest, term: str) -> list[Link]:
    """By key or name, in the environment at hand."""
    shell = shell_of(request)
    if shell.environment is None:
        return []
    wanted = Q(key__icontains=term) | Q(name__icontains=term)
    rows: list[Head] = list(heads_of(shell.environment.id).filter(wanted, kind__in=PAGES)[:FOUND])
    return [
        Link(row.name, reverse(f"admin:{PAGES[row.kind][0]}", args=[row.key]), f"{PAGES[row.kind][1]} · {row.key}")
        for row in rows
    ]
