"""The policy every environment begins with, and the sample of the ledger."""

from uuid import UUID

import pytest

from apps.approvals.core.requirement import Requirement, Seats
from apps.kernel.canonical import digest, lineage_id
from apps.metadata.core.operations import NO_CONTEXT
from apps.policies.core.binding import bind
from apps.policies.core.built_in import BUILT_IN, CONTENT, in_force
from apps.policies.core.content import check
from apps.policies.core.evaluate import evaluate
from apps.policies.core.inputs import Inputs
from apps.policies.core.judgement import ActivePolicy, Judgement
from apps.policies.core.payloads import Words
from apps.policies.core.samples import DELIVERY
from apps.policies.core.vocabulary import PLANNED_ACTIONS, PLANNED_RESOURCE_TYPES

OWNER, ANYBODY = Seats(("role:Owner",), 1), Seats((), 1)


@pytest.mark.parametrize(
    ("stage", "reversibility", "seats"),
    [
        ("dev", "lossless", []),
        ("test", "lossless", [ANYBODY]),
        ("prod", "lossless", [OWNER, ANYBODY]),
        ("prod", "lossy", [OWNER, ANYBODY]),
        ("dev", "irreversible", [ANYBODY]),
        ("test", "irreversible", [ANYBODY, ANYBODY]),
        ("prod", "irreversible", [OWNER, ANYBODY, ANYBODY]),
    ],
)
@pytest.mark.parametrize("action", ["change.merge", "policy.activate", "pack.promote"])
def test_the_built_in_policy_asks_for(action: str, stage: str, reversibility: str, seats: list[Seats]) -> None:
    """``dev`` nobody, ``test`` one, ``prod`` two of whom one owner, and one more for what cannot be undone."""
    inputs = Inputs(action=action, stage=stage, environment_id="e", reversibility=reversibility)
    assert evaluate(in_force([]), inputs).requirement == Requirement.of(seats)


def test_the_built_in_policy_is_a_valid_policy_with_its_own_digest() -> None:
    assert check(CONTENT) == []
    assert digest(CONTENT) == BUILT_IN.digest


def delivery() -> ActivePolicy:
    words = Words(PLANNED_ACTIONS, PLANNED_RESOURCE_TYPES)

    def lineage(index: int) -> str:
        return lineage_id(UUID(int=1), 1, index)

    made = bind("define", DELIVERY, None, NO_CONTEXT, lineage, words)
    content = made.apply(None, NO_CONTEXT)
    assert check(content) == []
    return ActivePolicy("delivery", 1, digest(content), content)


def judged(action: str, stage: str = "prod", *subjects: str) -> Judgement:
    inputs = Inputs.of(action=action, stage=stage, environment_id="e", actor_subjects=subjects)
    return evaluate([delivery()], inputs)


def test_the_sample_denies_infra_apply_unless_the_actor_is_an_operator() -> None:
    """XY-092."""
    assert judged("infra.apply").is_denied
    assert judged("infra.apply", "prod", "role:Admin").is_denied
    assert not judged("infra.apply", "prod", "role:Operator").is_denied


def test_the_sample_asks_one_owner_or_administrator_for_a_deployment_to_production() -> None:
    """XY-092."""
    assert judged("cicd.deploy").requirement == Requirement.of([Seats(("role:Admin", "role:Owner"), 1)])
    assert judged("cicd.deploy", "test").requirement == Requirement()


def test_the_sample_asks_for_tests_of_any_promotion() -> None:
    """XY-092."""
    assert [judged("pack.promote", stage).tests_required for stage in ("dev", "test", "prod")] == [True] * 3
    assert not judged("cicd.deploy").tests_required
