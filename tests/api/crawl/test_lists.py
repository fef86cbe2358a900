"""Every list: its pages, its order, and as many queries for three rows as for one."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.crawl.conftest import Furnished
from tests.api.crawl.operations import Operation, addresses, asked, each, items, joined, operations

pytestmark = pytest.mark.django_db

LISTS = [operation for operation in operations() if operation.is_list]
#: Lists that nothing fills yet.
EMPTY = {"changes_agent_runs_list"}
#: What a tenant has fewer than three of.
SHORT = {"tenants_list", "admin_tenants_list", "rbac_users_roles_list", "policies_templates_list"}
#: No list is read in more pages than this.
PAGES = 20


def longest(furnished: Furnished, operation: Operation) -> str:
    """The address of the list with the most items, with what it cannot be asked without."""
    acme = furnished.acme
    found = [way for address in addresses(acme, operation.path) for way in asked(operation, acme, address)]
    counted = {address: len(items(acme, address)) for address in found}
    return max(counted, key=lambda address: counted[address])


@each(LISTS)
def test_its_queries_do_not_grow_with_its_rows(operation: Operation, furnished: Furnished) -> None:
    """A query for each row would make a page of 200 a thousand times slower than it has to be."""
    address = longest(furnished, operation)
    counts = []
    for limit in (1, 1, 3):  # the first request fills what is cached
        with CaptureQueriesContext(connection) as caught:
            response = furnished.acme.get(joined(address, f"limit={limit}"))
        assert response.status_code == 200
        shown = len(response.json()["items"])
        assert shown == limit or operation.name in EMPTY | SHORT, f"{address} shows {shown} rows: furnish it."
        counts.append(len(caught))
    assert counts[1] == counts[2], [entry["sql"] for entry in caught.captured_queries]
    assert counts[2] <= 12


@each(LISTS)
def test_its_pages_show_every_row_once(operation: Operation, furnished: Furnished) -> None:
    address = longest(furnished, operation)
    whole = items(furnished.acme, address)
    limit = max(2, len(whole) // PAGES)
    seen: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = furnished.acme.get(joined(address, f"limit={limit}", cursor and f"cursor={cursor}")).json()
        assert len(page["items"]) <= limit
        seen += page["items"]
        cursor = page["next_cursor"]
        assert len(seen) <= len(whole)
    assert seen == whole


@each(LISTS)
def test_an_unknown_parameter_is_refused(operation: Operation, furnished: Furnished) -> None:
    address = next(addresses(furnished.acme, operation.path))
    address = next(asked(operation, furnished.acme, address))
    assert furnished.acme.get(address).status_code == 200
    assert furnished.acme.get(joined(address, "limitt=1")).status_code == 400


@each(LISTS)
def test_every_filter_is_documented(operation: Operation) -> None:
    parameters = [p for p in operation.described["parameters"] if p.get("in") == "query"]
    assert all(parameter["description"].strip() for parameter in parameters)
    assert all(parameter["description"] != parameter["name"] for parameter in parameters)


@pytest.mark.parametrize("path", ["/changes", "/events", "/jobs"])
def test_rows_are_read_as_the_columns_that_are_shown(path: str, furnished: Furnished) -> None:
    """Building models and joining what nobody sees would take half the time of a page."""
    with CaptureQueriesContext(connection) as caught:
        assert furnished.acme.get(path).status_code == 200
    (page,) = [entry["sql"] for entry in caught.captured_queries if " ORDER BY " in (entry["sql"] or "")]
    assert " JOIN " not in page
    assert '"tenant_id"' not in page.split(" FROM ")[0]
