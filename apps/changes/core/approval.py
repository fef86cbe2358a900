"""The approval digest: what a vote is for, and what a merge compares."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.changes.core.plan import Plan
from apps.kernel.canonical import digest
from apps.metadata.core.findings import Finding


def approval_digest(
    plan: Plan, graph_findings: Iterable[Finding], *, tier: str = "low", policy: Mapping[str, Any] | None = None
) -> str:
    """64 hexadecimal digits over operations, resolutions, typed diff, finding codes, reversibility, risk tier, and
    what the policies say with the versions that said it (``Judgement.digest_material``).

    Base digests, counts, samples, sentences and row ids are not in it: live data changes every minute, and a vote
    falls only when what would be done, or what it takes, is another.
    """
    codes = {
        (str(finding.severity), finding.code, finding.kind, finding.key)
        for finding in (*plan.findings, *graph_findings)
    }
    return digest(
        {
            **plan.digest_material(),
            "findings": [list(code) for code in sorted(codes)],
            "risk": tier,
            "policy": dict(policy or {}),
        }
    )
