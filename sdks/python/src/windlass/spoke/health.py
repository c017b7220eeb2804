"""Health over HTTP: ``/healthz`` (it answers) and ``/readyz`` (it takes tasks)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

State = Literal["starting", "running", "draining"]


def serve_health(host: str, port: int, state: Callable[[], State]) -> ThreadingHTTPServer:
    """Raises OSError when the address cannot be listened on. ``shutdown()`` ends it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            now = state()
            path = self.path.split("?")[0]
            if path not in ("/healthz", "/readyz"):
                self.send_error(404)
                return
            ok = path == "/healthz" or now == "running"
            body = json.dumps({"ok": ok, "state": now}, separators=(",", ":")).encode()
            self.send_response(200 if ok else 503)
            self.send_header("content-type", "application/json")
            self.send_header("cache-control", "no-store")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
