"""One run: servers, a database, and the two sides to compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.mirror import Footprint, footprint, mirror
from bench.servers import Database
from bench.sides import Side
from bench.sizes import Sizes
from config.local.state import Profile

_IDENTITY = Path(__file__).parent / "baselines" / "schema.sql"


@dataclass(frozen=True, slots=True)
class Run:
    """``tenant`` holds the product's tenant: its id, its slug, a token."""

    sizes: Sizes
    database: Database
    superuser: psycopg.Connection[Any]
    product: Side
    baselines: Side
    tenant: dict[str, str]

    def remember(self, name: str, work: Callable[[], object]) -> Footprint:
        """Have the baselines write from now on, under that name, what ``work`` writes."""
        written = footprint(self.superuser, work)
        mirror(self.superuser, [part.table for part in written])
        self.baselines.call("remember", name, written)
        return written


@contextmanager
def started(profile: Profile, sizes: Sizes) -> Iterator[Run]:
    """Everything a run needs, gone when it ends."""
    with ExitStack() as stack:
        database = stack.enter_context(Database(profile))
        superuser = stack.enter_context(database.superuser())
        superuser.execute(_IDENTITY.read_bytes())
        product = stack.enter_context(
            closing(Side("bench.product.side", "bench.product.settings", database.environment()))
        )
        tenant = product.call("start", sizes.definitions[1])
        baselines = stack.enter_context(closing(Side("bench.baselines.side", "bench.settings", database.environment())))
        yield Run(sizes, database, superuser, product, baselines, tenant)
