"""The baselines as a WSGI application."""

import pickle
from pathlib import Path

from django.core.wsgi import get_wsgi_application

from bench.baselines import template
from config.env import process

application = get_wsgi_application()


def remember_footprints() -> None:
    """In a server of its own the application is told by a file what a create writes."""
    if named := process().get("BENCH_FOOTPRINTS"):
        for table, footprint in pickle.loads(Path(named).read_bytes()).items():
            template.remember(table, footprint)


remember_footprints()
