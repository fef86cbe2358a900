"""``manage.py migrate``, run as the owner of the tables: the app role owns nothing and cannot create anything."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate

from apps.kernel import hooks
from apps.kernel.ownership import as_owner


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
            for done in hooks.run("database.migrated"):
                if done is not None and options["verbosity"]:
                    self.stdout.write(str(done), ending="\n")
