"""Requests handed to a WSGI application in its own process: the server side of a request, no socket and no client."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.core.handlers.wsgi import WSGIHandler


class RequestFailed(Exception):
    """The application answered with an error; the message has status and body."""


class Caller:
    """Sends requests to an application, as a server would after reading them."""

    def __init__(self, application: WSGIHandler, headers: Mapping[str, str]) -> None:
        self._application = application
        self._headers = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}

    def request(self, method: str, path: str, document: Any = None) -> Callable[[], bytes]:
        """A call that sends this request once, and returns the body; anything but 2xx raises."""
        body = b"" if document is None else json.dumps(document).encode()
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT": "application/json",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "CONTENT_LENGTH": str(len(body)),
            **({"CONTENT_TYPE": "application/json"} if body else {}),
            **self._headers,
        }
        return lambda: self._send({**environ, "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO()})

    def _send(self, environ: dict[str, Any]) -> bytes:
        said: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None, /) -> Callable[[bytes], object]:
            said.append(status)
            return lambda written: None

        response = self._application(environ, start)
        try:
            body = b"".join(response)
        finally:
            response.close()  # the handler's requests end here, as under a server
        if not said[0].startswith("2"):
            raise RequestFailed(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}: {said[0]} {body[:2000]!r}")
        return body
