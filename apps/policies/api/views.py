"""Policies over REST."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import Field

from apps.kernel.api.declarations import Read, Write, reads
from apps.kernel.api.query import Query
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.errors import NotFound
from apps.kernel.scope import Actor
from apps.policies import queries
from apps.policies.api.filters import DecisionFilters, PolicyFilters, VersionFilters
from apps.policies.api.representations import (
    PolicyDecisionDetailOut,
    PolicyDecisionOut,
    PolicyDetailOut,
    PolicyInForceOut,
    PolicyOut,
    ReasonOut,
    ReplayOut,
    ReportOut,
    TemplateOut,
    TriedOut,
    VersionDetailOut,
    VersionOut,
    in_force_row,
)
from apps.policies.core.evaluate import rules_in_order
from apps.policies.core.samples import TEMPLATES
from apps.policies.models import Decision, PolicyVersion
from apps.policies.services.asking import version_detail
from apps.tenancy.models import Environment

NEWEST_FIRST = ("-created_at", "-id")


def policies(_actor: Actor) -> Any:
    return queries.policies_visible()


def versions(_actor: Actor) -> Any:
    return PolicyVersion.objects.all()


def decisions(_actor: Actor) -> Any:
    return Decision.objects.all()


class InForceQuery(Query):
    environment_id: UUID = Field(description="The environment whose policies are asked.")


class PolicyViewSet(ScopedViewSet):
    """Policies say who has to agree to what, when it may happen, and what never does.

    Shown as the environment of the request runs them. They are written by operations in a change: `define`, `add_rule`,
    `set_rule`, `remove_rule`, `set_attribute`, `retire` and `restore`. A merge makes a version, a draft; only an active
    version decides anything.
    """

    queryset_from = policies
    serializer_class = PolicyOut
    detail_serializer_class = PolicyDetailOut
    ordering = ("key", "id")
    filterset_class = PolicyFilters
    collection_commands = {"try": Write("policy.evaluate", shows=TriedOut)}

    def retrieve(self, found: Any) -> queries.PolicyView:
        return queries.shown_policies([found])[0]

    @reads("in-force", PolicyInForceOut, many=True, detail=False, query=InForceQuery)
    def in_force(self) -> Sequence[Any]:
        """List the policies that are asked in an environment, the built-in one among them."""
        environment = Environment.objects.one(self.query.environment_id)
        return [
            in_force_row(policy, [dict(rule) for rule in rules_in_order(policy.content)])
            for policy in queries.active_policies(environment.pk)
        ]

    @reads("templates", TemplateOut, many=True, detail=False)
    def templates(self) -> Sequence[Any]:
        """List policies to start from: payloads of the operation `define`."""
        return [{"key": template["key"], "payload": template} for template in TEMPLATES]

    @reads("versions", VersionOut, many=True, ordering=NEWEST_FIRST, filters=VersionFilters)
    def versions(self, policy: Any) -> Any:
        """List the versions of a policy in every environment, newest first."""
        return versions(self.actor).filter(definition_id=policy.pk)

    def present_many(self, read: Read, rows: Sequence[Any]) -> Sequence[Any]:
        return queries.shown_policies(rows) if read.shows is PolicyOut else rows


class PolicyVersionViewSet(ScopedViewSet):
    """A version goes from `draft` over `simulated` and `approved` to `active`, and ends `deprecated`.

    What it takes is judged by the policies that are in force before. Once active it never changes.
    """

    queryset_from = versions
    serializer_class = VersionOut
    detail_serializer_class = VersionDetailOut
    ordering = NEWEST_FIRST
    filterset_class = VersionFilters
    commands = {
        "simulate": Write("policy.simulate", shows=VersionOut),
        "approve": Write("policy.approve", shows=VersionOut),
        "withdraw-approval": Write("policy.withdraw_approval", shows=VersionOut),
        "request-changes": Write("policy.request_changes", shows=VersionOut),
        "deny": Write("policy.deny", shows=VersionOut),
        "activate": Write("policy.activate", shows=VersionOut),
        "request-deprecation": Write("policy.request_deprecation", shows=VersionOut),
        "deprecate": Write("policy.deprecate", shows=VersionOut),
        "roll-back": Write("policy.roll_back", shows=VersionOut),
    }

    def retrieve(self, found: PolicyVersion) -> dict[str, Any]:
        return version_detail(found)

    @reads("report", ReportOut)
    def report(self, version: PolicyVersion) -> Any:
        """Show what simulating a version found; 404 before the first simulation."""
        if version.report is None:
            raise NotFound(id=str(version.pk))
        return version.report


class DecisionViewSet(ScopedViewSet):
    """What the policies decided for real. Append-only; each can be explained and made again."""

    queryset_from = decisions
    serializer_class = PolicyDecisionOut
    detail_serializer_class = PolicyDecisionDetailOut
    ordering = ("-decided_at", "-id")
    filterset_class = DecisionFilters

    @reads("why", ReasonOut, many=True)
    def why(self, decision: Decision) -> Sequence[Any]:
        """List the rules behind a decision, the strongest effect first, as they were written."""
        return queries.why(decision)

    @reads("replay", ReplayOut)
    def replay(self, decision: Decision) -> Any:
        """Make a decision again from its inputs and the policies asked then, and compare it byte for byte."""
        again = queries.replayed(decision)
        return {
            "decision_id": decision.pk,
            "same": again.same,
            "stored_digest": decision.digest,
            "digest": again.digest,
            "outcome": again.judgement.outcome(),
        }
