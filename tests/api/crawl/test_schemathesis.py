"""Every operation under made-up requests: no 5xx, and every answer as the document says.

``SCHEMATHESIS_EXAMPLES`` sets how many requests an operation gets beside its examples and edge cases (20 unless set).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings

from apps.kernel.api.documentation import openapi_document
from config.env import process
from tests import people
from tests.api.crawl.conftest import Furnished
from tests.api.crawl.operations import Operation, addresses, operations

pytestmark = pytest.mark.django_db

EXAMPLES = int(process().get("SCHEMATHESIS_EXAMPLES", "") or 20)
#: Who calls is tested route by route in ``test_walls``; here it is always somebody who may.
IDENTITY = {f"#/components/parameters/{name}Header" for name in ("Tenant", "User", "Agent")}
#: Signed: nobody makes one up, and every list is paged in ``test_lists``.
CURSOR = "cursor"


def document() -> dict[str, Any]:
    found: dict[str, Any] = deepcopy(openapi_document())
    for methods in found["paths"].values():
        for described in methods.values():
            del described["security"]
            described["parameters"] = [
                p for p in described["parameters"] if p.get("$ref") not in IDENTITY and p.get("name") != CURSOR
            ]
    return found


#: NUL is refused everywhere (``test_body``), which no schema says of each text.
CONFIGURED = schemathesis.Config.from_dict({
    "generation": {"allow-x00": False},
    # 422: the state of something else, or the metadata that would result, refuses it.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 422, 429, 503]}},
})  # fmt: skip
#: Where more decides than a schema can say: a definition's kind, a field's type, the catalogue of permissions, the
#: rules of e-mail addresses, today's date, and that one of several parameters is needed.
DECIDED_DEEPER = {
    "change_add_target",
    "change_adopt",
    "change_edit_operation",
    "change_stage_operation",
    "change_stage_operations",
    "choice_list_create",
    "definitions_diff_retrieve",
    "delegation_create",
    "environments_diff_list",
    "environments_drift_retrieve",
    "principal_invite",
    "record_type_add_field",
    "record_type_create",
    "role_grant_permission",
    "role_revoke_permission",
    "token_create",
    "token_create_gateway",
}

schema = schemathesis.openapi.from_dict(document(), config=CONFIGURED)
schema.app = get_wsgi_application()
BY_PATH: dict[tuple[str, str], Operation] = {
    (operation.method.upper(), f"/api/v1{operation.path}"): operation for operation in operations()
}


ACCEPTS_WHAT_FITS = schemathesis.checks.CHECKS.get_one("positive_data_acceptance")
#: It judges the values it made up, of which the address is none any more.
KNOWS_WHAT_WAS_MADE_UP = schemathesis.checks.CHECKS.get_one("negative_data_rejection")


@contextmanager
def taken_back() -> Iterator[None]:
    """A test's own block: a durable one may stand in it, and it leaves nothing."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    # The end of a request would close the connection, and with it the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with block:
        yield
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module", autouse=True)
def furnished_first(furnished: Furnished) -> None:
    """Committed before the first test opens the transaction that it takes back."""


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_surprises_it(case: schemathesis.Case, furnished: Furnished) -> None:
    """Once as made up, and once with the ids of something that exists. What a request wrote is taken back."""
    headers = {**people.headers(furnished.acme.secret, furnished.world.acme), "accept-encoding": "identity"}
    operation = BY_PATH[case.operation.method.upper(), case.operation.path]
    # A schema calls 3.0 an integer, the strict reading of a command does not.
    has_integer = '"integer"' in json.dumps(operation.body_schema)
    excluded = [ACCEPTS_WHAT_FITS] if has_integer or operation.name in DECIDED_DEEPER else []
    with taken_back():
        case.call_and_validate(headers=headers, excluded_checks=excluded)
    if operation.variables:
        existing = next(addresses(furnished.acme, operation.path))
        case.path_parameters = dict(zip(operation.variables, values_in(operation.path, existing), strict=True))
        with taken_back():
            response = case.call(headers=headers)
            case.validate_response(response, excluded_checks=[KNOWS_WHAT_WAS_MADE_UP, *excluded])


def values_in(template: str, address: str) -> list[str]:
    """What stands in an address for the variables of its template."""
    pairs = zip(template.split("/"), address.split("/"), strict=True)
    return [value for segment, value in pairs if segment.startswith("{")]
