"""``manage.py make_partitions``: months ahead for the tables that grow; run it daily as the owner."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.events.services.partitions import MONTHS_AHEAD, make_partitions
from apps.kernel.ownership import as_owner


class Command(BaseCommand):
    help = "Make the coming months' partitions of the event log and the command record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--months", type=int, default=MONTHS_AHEAD, help="how many months ahead")

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            self.stdout.write(make_partitions(options["months"]))
