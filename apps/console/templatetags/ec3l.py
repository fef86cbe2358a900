"""Draws the parts of ``apps.kernel.admin.parts``."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.kernel.admin.parts import Badge, Badges, Button, Card, Code, Link, Stack, Who, Words

register = template.Library()

ICONS = {"human": "person", "agent": "smart_toy", "service": "settings_suggest", "system": "settings_suggest"}


@register.filter
def part(value: Any) -> str:
    """One value of a fact or a cell."""
    if value is None or value == "":
        return format_html('<span class="ec-small">{}</span>', "—")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    for kind, draw in _DRAWN:
        if isinstance(value, kind):
            return draw(value)
    return conditional_escape(value)


@register.filter
def moment(value: datetime | None) -> str:
    """A time: UTC in the page, the reader's zone once the browser has seen it."""
    if value is None:
        return ""
    stamp = value.astimezone(UTC)
    shown = stamp.strftime("%d %b %Y, %H:%M UTC")
    return format_html('<time datetime="{}" data-local>{}</time>', stamp.isoformat().replace("+00:00", "Z"), shown)


@register.filter
def badge(value: Badge) -> SafeString:
    icon = (
        format_html('<span class="material-symbols-outlined" aria-hidden="true">{}</span>', value.icon)
        if value.icon
        else ""
    )
    return format_html('<span class="ec-badge" data-tone="{}">{}{}</span>', value.tone, icon, value.text)


@register.filter
def who(value: Who) -> SafeString:
    """A name with the mark of its kind, which is also said in words."""
    label = {"human": _("person"), "agent": _("agent"), "service": _("service")}.get(value.kind, value.kind)
    return format_html(
        '<span class="ec-actor" data-kind="{}">'
        '<span class="material-symbols-outlined" aria-label="{}" role="img">{}</span>{}</span>',
        value.kind,
        label,
        ICONS.get(value.kind, "person"),
        value.name,
    )


@register.filter
def link(value: Link) -> SafeString:
    note = format_html(' <span class="ec-small">{}</span>', value.note) if value.note else ""
    return format_html('<a class="ec-link" href="{}">{}</a>{}', value.url, value.text, note)


def code(value: Code) -> SafeString:
    return format_html('<code class="ec-code">{}</code>', value.text)


def words(value: Words) -> SafeString:
    return format_html('<span class="ec-words">{}</span>', value.text)


def badges(value: Badges) -> SafeString:
    drawn = format_html_join("", "{}", ((badge(item),) for item in value.items))
    return format_html('<span class="ec-badges">{}</span>', drawn)


def stack(value: Stack) -> SafeString:
    return format_html('{}<span class="ec-below">{}</span>', part(value.first), part(value.below))


def several(value: list[Any] | tuple[Any, ...]) -> SafeString:
    return format_html_join(", ", "{}", ((part(item),) for item in value))


_DRAWN: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (datetime, moment),
    (Badge, badge),
    (Badges, badges),
    (Who, who),
    (Link, link),
    (Code, code),
    (Words, words),
    (Stack, stack),
    ((list, tuple), several),
)


@register.simple_tag(takes_context=True)
def card(context: Any, value: Card) -> SafeString:
    """A titled box with the body its template draws."""
    return render_to_string("components/card.html", {**_shared(context), "card": value})


@register.simple_tag(takes_context=True)
def button(context: Any, value: Button | Link, size: str = "") -> SafeString:
    """A command's button, or a link that looks like one."""
    here = context["request"].get_full_path()
    values = {**_shared(context), "button": value, "here": here, "size": size or getattr(value, "size", "")}
    return render_to_string("components/button.html", values)


def _shared(context: Any) -> dict[str, Any]:
    """What a component needs from the page: the token of its forms and the address to come back to."""
    return {"request": context["request"], "csrf_token": context.get("csrf_token")}


@register.filter
def is_link(value: Any) -> bool:
    return isinstance(value, Link)


@register.filter
def zipped(row: Any, columns: Any) -> list[tuple[Any, Any]]:
    """Cells with the heads of their columns, for narrow screens."""
    return list(zip(row.cells, columns, strict=False))
