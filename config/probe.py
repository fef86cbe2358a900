"""``python -m config.probe``: the container's health check. Exit code 0 when the web process answers.

It runs every few seconds beside what it checks, and so loads next to nothing.
"""

from __future__ import annotations

import http.client
import os
import sys

_given = os.environ  # noqa: TID251  its one reader brings a library that takes longer to load than the check


def answers(port: int, path: str = "/healthz") -> bool:
    """Whether the web process of this container says 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        # The probe comes from inside, past the proxy that ends TLS; its host name is the one the site answers to.
        host = (_given.get("ALLOWED_HOSTS", "") or "localhost").split(",")[0].strip().lstrip(".")
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers(int(_given.get("PORT", "") or 8000)) else 1)
