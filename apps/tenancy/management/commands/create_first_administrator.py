"""Make the first person of an installation."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import SecretStr

from apps.kernel.dispatch import dispatch
from apps.kernel.errors import DomainError
from apps.kernel.scope import scoped
from apps.tenancy.core.built_in import PLATFORM_SLUG
from apps.tenancy.queries import tenant_scope


class Command(BaseCommand):
    help = "Make the first administrator: an operator of the platform who can make tenants and invite people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input; otherwise it is asked for",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else self._ask()
        name = options["name"] or options["email"].partition("@")[0]
        try:
            with scoped(tenant_scope(PLATFORM_SLUG)):
                person = dispatch(
                    "principal.create_administrator", email=options["email"], name=name, password=SecretStr(password)
                )
        except DomainError as refusal:
            reasons = [f"{fault['path']}: {fault['message']}" for fault in refusal.details.get("errors", [])]
            raise CommandError(" ".join([refusal.message, *reasons])) from None
        self.stdout.write(f"{person.email} can sign in at /admin/.")

    def _ask(self) -> str:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            raise CommandError("The two passwords differ.")
        return password
