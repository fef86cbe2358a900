"""The versions of policies: their life, what they say, what simulating them found, and the buttons."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.approvals.queries import votes_on
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.filters import day_range
from apps.kernel.admin.linking import address, named, page_of, subject_parts
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.panels import cards_on
from apps.kernel.admin.parts import Badge, Button, Card, Code, Empty, Fact, Link, Row, Step, Table, facts, table, who
from apps.kernel.admin.viewer import CommandAdmin, on_list
from apps.kernel.scope import current_scope
from apps.policies.admin.listing import outcome_text, rules_table, seats_text, state_badge
from apps.policies.admin.policy import policy_page
from apps.policies.core.acts import Act
from apps.policies.core.lifecycle import State
from apps.policies.models import PolicyVersion
from apps.policies.queries import SUBJECT, versions_visible
from apps.policies.services.asking import Asked, asked_for, asked_if_any
from apps.tenancy.admin.badges import environment_badge

OWN = gettext_lazy("Another person has to decide: you wrote this.")
SHOWN = 30
ACTS = {Act.ACTIVATE: gettext_lazy("put it in force"), Act.DEPRECATE: gettext_lazy("end it")}
STATIONS = (State.DRAFT, State.SIMULATED, State.APPROVED, State.ACTIVE, State.DEPRECATED)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(CommandAdmin):
    list_display = ("label", "at_number", "where", "state", "since", "active_since")
    list_display_links = ("label",)
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("environment__name", ChoicesDropdownFilter),
        day_range("created_at"),
    )
    list_filter_submit = True
    search_fields = ("key", "name")
    ordering = ("-created_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyVersion]:
        rows = versions_visible().select_related("created_by", "activated_by", "deprecated_by", "rolls_back_to")
        return rows.defer("report", "body__content") if on_list(request) else rows

    @admin.display(description=gettext_lazy("policy"), ordering="name")
    def label(self, row: PolicyVersion) -> str:
        return row.name

    @admin.display(description=gettext_lazy("version"), ordering="number")
    def at_number(self, row: PolicyVersion) -> str:
        return f"v{row.number}"

    @admin.display(description=gettext_lazy("environment"))
    def where(self, row: PolicyVersion) -> str:
        return drawn(environment_badge(row.environment.name))

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, row: PolicyVersion) -> str:
        return drawn(state_badge(row.status))

    @admin.display(description=gettext_lazy("made"), ordering="created_at")
    def since(self, row: PolicyVersion) -> str:
        return drawn(row.created_at)

    @admin.display(description=gettext_lazy("in force since"), ordering="activated_at")
    def active_since(self, row: PolicyVersion) -> str:
        return drawn(row.activated_at or "")

    def heading(self, obj: PolicyVersion) -> str:
        return f"{obj.name} v{obj.number}"

    def lead(self, obj: PolicyVersion) -> str:
        if obj.rolls_back_to is not None:
            return _("Returns to version %(number)s: %(reason)s") % {
                "number": obj.rolls_back_to.number,
                "reason": obj.reason,
            }
        return str(obj.body.content.get("description", ""))

    def badges(self, obj: PolicyVersion) -> list[Badge]:
        running = [Badge(_("simulation is running"), "info")] if obj.simulation_requested_at else []
        return [state_badge(obj.status), environment_badge(obj.environment.name), *running]

    def life(self, obj: PolicyVersion) -> list[Step]:
        reached = {
            State.DRAFT: obj.created_at,
            State.SIMULATED: obj.simulated_at,
            State.APPROVED: obj.approved_at,
            State.ACTIVE: obj.activated_at,
            State.DEPRECATED: obj.deprecated_at,
        }
        notes = {
            State.DRAFT: obj.created_by.name,
            State.ACTIVE: obj.activated_by.name if obj.activated_by else "",
            State.DEPRECATED: obj.deprecation_reason,
        }
        here = State(obj.status)
        return [
            Step(
                str(state_badge(station).text),
                "now" if station == here else "done" if reached[station] else "todo",
                reached[station],
                notes.get(station, ""),
            )
            for station in STATIONS
        ]

    def find(self, request: HttpRequest, object_id: str) -> Any:
        found: Any = self.get_object(request, object_id)
        if found is not None:
            found.asked = asked_if_any(found)
        return found

    def buttons(self, request: HttpRequest, obj: Any) -> list[Button]:
        asked = obj.asked
        state = State(obj.status)
        if state == State.DRAFT:
            return offered(
                offer("policy.simulate", obj.pk, look="primary", icon="science"),
                offer("policy.deprecate", obj.pk, label=_("Give up"), asks=True, look="danger"),
            )
        if state in (State.SIMULATED, State.APPROVED):
            return offered(
                *self._ballot(obj, asked),
                offer("policy.activate", obj.pk, look="primary", icon="gavel", blocked=self._blocked(asked)),
                offer("policy.simulate", obj.pk, label=_("Simulate again"), icon="science"),
                offer("policy.deprecate", obj.pk, label=_("Give up"), asks=True, look="danger"),
            )
        if state == State.ACTIVE:
            if asked is None:
                return offered(*self._ending(obj))
            ending = offer("policy.deprecate", obj.pk, asks=True, look="danger", blocked=self._blocked(asked))
            return offered(*self._ballot(obj, asked), ending)
        if obj.activated_at is not None:
            return offered(offer("policy.roll_back", obj.pk, asks=True, icon="undo"))
        return []

    def _ending(self, obj: PolicyVersion) -> list[Button | None]:
        """Of a version in force that nobody wants to end yet: asking people first, where it takes any."""
        asked = asked_for(obj, Act.DEPRECATE, (current_scope().actor.responsible_id,))
        ending = offer("policy.deprecate", obj.pk, asks=True, look="danger", blocked=self._blocked(asked))
        if asked.judgement.is_denied or asked.judgement.requirement.votes == 0:
            return [ending]
        return [offer("policy.request_deprecation", obj.pk, asks=True), ending]

    def _ballot(self, obj: PolicyVersion, asked: Asked | None) -> list[Button | None]:
        """Voting, for those who may; the author is told why not."""
        if asked is None or asked.judgement.is_denied or asked.judgement.requirement.votes == 0:
            return []
        me = current_scope().actor.id
        if any(vote.voter_id == me and vote.stands for vote in votes_on(SUBJECT, obj.pk)):
            return [offer("policy.withdraw_approval", obj.pk)]
        own = OWN if me in asked.authors else ""
        digest = {"digest": asked.digest}
        return [
            offer("policy.approve", obj.pk, inputs=digest, blocked=own, icon="thumb_up"),
            offer("policy.request_changes", obj.pk, inputs=digest, blocked=own, asks=True),
            offer("policy.deny", obj.pk, inputs=digest, blocked=own, asks=True, look="danger"),
        ]

    @staticmethod
    def _blocked(asked: Asked | None) -> str:
        if asked is None:
            return ""
        if asked.judgement.is_denied:
            return asked.judgement.reason
        missing = asked.tally().missing_seats
        if missing:
            return _("Still missing: %(seats)s.") % {"seats": seats_text(seat.as_dict() for seat in missing)}
        return ""

    def cards(self, request: HttpRequest, obj: Any) -> list[Card]:
        cards = [table(_("Rules"), rules_table(obj.body.content))]
        if obj.asked is not None:
            cards.append(agreement_card(obj.asked))
        cards += votes_cards(obj)
        if obj.report is not None:
            cards.append(report_card(obj.report))
        return cards

    def side(self, request: HttpRequest, obj: PolicyVersion) -> list[Card]:
        change = subject_parts([("changes.change", str(obj.change_id))])["changes.change", str(obj.change_id)]
        people = named(obj.authors)
        earlier = obj.rolls_back_to
        return [
            facts(
                _("Facts"),
                Fact(_("Policy"), Link(obj.key, policy_page(obj.definition_id))),
                Fact(_("Mode"), str(obj.body.content.get("evaluation_mode", "")).replace("_", " ")),
                Fact(_("Written by"), [people[author] for author in obj.authors]),
                Fact(_("Change"), change),
                Fact(_("Returns to"), Link(str(earlier), page_of(earlier)) if earlier else ""),
                Fact(_("Activated by"), who(obj.activated_by) if obj.activated_by else ""),
                Fact(_("Deprecated by"), who(obj.deprecated_by) if obj.deprecated_by else ""),
                Fact(_("Digest"), Code(obj.digest)),
            )
        ]


@cards_on("changes.change")
def versions_of_change(request: HttpRequest, change: Any) -> list[Card]:
    """Merging a policy puts nothing in force: the page of the change leads on to what does."""
    rows = versions_visible().filter(environment=change.environment_id, change_id=change.pk)[:SHOWN]
    made = [
        Row([Link(f"{row.name} v{row.number}", page_of(row)), state_badge(row.status), row.activated_at or ""])
        for row in (rows if change.merged_at else ())
    ]
    columns = [_("Version"), _("Status"), _("In force since")]
    return [table(_("Policies: merged, and in force only once activated"), Table(columns, made))] if made else []


def agreement_card(asked: Asked) -> Card:
    """What the act takes, by which rules, and what is missing."""
    judgement, tally = asked.judgement, asked.tally()
    people = named(tally.voters)
    return facts(
        _("What it takes"),
        Fact(_("To"), ACTS[asked.act]),
        Fact(_("Votes"), seats_text(seat.as_dict() for seat in judgement.requirement.seats) or _("none")),
        Fact(_("Given by"), [people[voter] for voter in tally.voters] or ""),
        Fact(_("Missing"), seats_text(seat.as_dict() for seat in tally.missing_seats)),
        Fact(_("You"), OWN if judgement.requirement.seats and current_scope().actor.id in asked.authors else ""),
        Fact(_("Why"), judgement.reason),
        Fact(_("Digest"), Code(asked.digest)),
    )


def report_card(report: dict[str, Any]) -> Card:
    """The past decisions that would come out differently."""
    subjects = subject_parts((flip["subject_type"], flip["subject_id"]) for flip in report["flips"])
    rows = [
        Row(
            [
                Link(flip["action"], address("policies.decision", flip["decision_id"]) or ""),
                subjects[flip["subject_type"], flip["subject_id"]],
                outcome_text(flip["before"]),
                outcome_text(flip["after"]),
            ]
        )
        for flip in report["flips"]
    ]
    title = _("Simulation: %(flipped)s of %(replayed)s past decisions would come out differently") % report
    empty = Empty(_("Every past decision would be the same"), icon="science")
    return table(title, Table([_("Decision"), _("About"), _("Was"), _("Would be")], rows, empty))


def votes_cards(obj: PolicyVersion) -> list[Card]:
    rows = [
        Row([who(vote.voter), vote.get_decision_display(), vote.comment, vote.cast_at], muted=not vote.stands)
        for vote in votes_on(SUBJECT, obj.pk)
    ]
    columns = [_("Who"), _("Said"), _("Comment"), _("When")]
    return [table(_("Votes"), Table(columns, rows))] if rows else []
