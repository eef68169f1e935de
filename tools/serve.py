"""Serve a folder on a free port of 127.0.0.1 and print the port (for `tools/try_wheel.sh`)."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

handler = partial(SimpleHTTPRequestHandler, directory=sys.argv[1])
with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
    print(server.server_port, flush=True)  # noqa: T201
    server.serve_forever()
