"""``manage.py load_demo``: the demo tenants, and a file that says how to sign in."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from apps.console import demo

FILE = Path(settings.BASE_DIR) / ".local" / "demo.json"


class Command(BaseCommand):
    help = "Load the demo tenants acme and globex. Running it again changes nothing but the address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=FILE, help="where to write how to sign in")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        known = json.loads(file.read_text()) if file.exists() and demo.is_loaded() else None
        if known is None:
            _write(file, demo.load())
            self.stdout.write("The demo tenants acme and globex are loaded.")
        elif known["base_url"] != settings.BASE_URL:
            _write(file, {**known, "base_url": settings.BASE_URL})


def _write(path: Path, content: dict[str, Any]) -> None:
    """Readable by its owner only, from the first byte on; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(content, handle, indent=2)
    draft.replace(path)
