"""The boxes of a change's page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from apps.changes.admin.outcome import Outcome, snapshot_cells
from apps.changes.models import Snapshot
from apps.kernel.admin.parts import Card, Row, Table, table


def findings_card(outcome: Outcome) -> Card | None:
    found = outcome.findings
    return Card(_("Findings"), "components/findings.html", found, found.count) if found and found.count else None


def snapshot_card(snapshots: Sequence[Snapshot]) -> Card | None:
    if not snapshots:
        return None
    columns = [_("Definition"), _("Kind"), _("Revision before"), _("Digest before"), _("Taken")]
    return table(_("Snapshots"), Table(columns, [Row(snapshot_cells(snapshot)) for snapshot in snapshots]))
