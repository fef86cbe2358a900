"""A process that gives a command and is killed in the middle of it; run by the fault tests."""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


def main() -> None:
    told = json.load(sys.stdin)
    os.environ["DJANGO_SETTINGS_MODULE"] = told["settings"]
    django.setup()
    _give(told)


def _give(told: dict[str, Any]) -> None:
    from django.db import connection

    from apps.kernel.dispatch import dispatch
    from apps.tenancy.models import Principal, Tenant
    from tests import people

    connection.settings_dict.update(told["database"])
    tenant = Tenant.objects.get(slug=told["tenant"])
    actor = Principal.objects.get(pk=told["actor"])
    count = 0

    def kill_at(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == told["at"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with people.acting(actor, tenant), connection.execute_wrapper(kill_at):
        dispatch(told["command"], told["change"], **told["inputs"])
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
