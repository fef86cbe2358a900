"""Finding changes, and filling their forms with what they say now."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.changes import queries
from apps.changes.models import Change, ChangeOperation, Comment
from apps.kernel.admin.choices import Option, choices_for, initial_for
from apps.kernel.admin.linking import labels_for, page_of, targets
from apps.kernel.admin.parts import Link
from apps.kernel.admin.searching import finder
from apps.kernel.scope import current_scope

FOUND = 8


@finder
def find_changes(request: HttpRequest, term: str) -> list[Link]:
    """By number, with or without its letters and zeros, and by words of the title."""
    wanted = Q(title__icontains=term) | Q(number__iexact=term)
    if term.isdigit():
        wanted |= Q(number=f"CHG{int(term):07d}")
    rows = queries.changes_visible().filter(wanted)[:FOUND]
    return [
        Link(f"{row.number} {row.title}", page_of(row), f"{_('Change')}, {row.get_status_display()}") for row in rows
    ]


@labels_for("changes.change")
def numbers(ids: set[str]) -> dict[Any, str]:
    return dict(Change.objects.filter(pk__in=ids).values_list("pk", "number"))


@targets("changes.change", "change")
def numbers_and_titles(ids: set[str]) -> dict[Any, str]:
    return {row.pk: str(row) for row in Change.objects.filter(pk__in=ids).only("number", "title")}


@choices_for("change_id")
def open_changes(request: HttpRequest) -> list[Option]:
    return [(str(row.pk), str(row)) for row in queries.changes_of_author(current_scope().actor.id)[:50]]


@initial_for("change.edit")
def present_change(request: HttpRequest, target: str) -> dict[str, Any]:
    row = Change.objects.one(target)
    return {"title": row.title, "description": row.description, "branch_name": row.branch_name}


@initial_for("change.clone")
def clone_title(request: HttpRequest, target: str) -> dict[str, Any]:
    return {"title": Change.objects.one(target).title}


@initial_for("change.edit_operation")
def present_operation(request: HttpRequest, target: str) -> dict[str, Any]:
    wanted = request.GET.get("operation_id") or request.POST.get("operation_id")
    row = ChangeOperation.objects.filter(change=target, pk=wanted).first() if wanted else None
    return {"payload": row.display, "op_type": row.operation} if row else {}


@initial_for("change.edit_comment")
def present_comment(request: HttpRequest, target: str) -> dict[str, Any]:
    wanted = request.GET.get("comment_id") or request.POST.get("comment_id")
    row = Comment.objects.filter(change=target, pk=wanted).first() if wanted else None
    return {"body": row.body} if row else {}
