"""Names whose addresses change between the look-up and the connection, or are public and private at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.internet.enclosure import network_namespace
from tests.internet.namespace import Namespace

ROOT = Path(__file__).parents[1]

REBINDING = """
import json, socketserver, sys, threading
from ipaddress import ip_network
from urllib.request import ProxyHandler, build_opener
from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Resource
from tests.own_names import OwnNames

heard = {}

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 100

class Answer(socketserver.StreamRequestHandler):
    def handle(self):
        address = self.server.server_address[0]
        heard[address] = heard.get(address, 0) + 1
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: 2\\r\\n\\r\\nok")

def main():
    public, private = "127.7.7.7", "127.0.0.1"
    for address in (public, private):
        threading.Thread(target=Server((address, 80), Answer).serve_forever, daemon=True).start()
    answers = {"rebinding.example": [[public], [private]], "both.example": [[private, public]]}
    seen = {}
    with OwnNames(sys.argv[1], answers):
        build_opener(ProxyHandler({})).open(f"http://{private}/").read()
        control = dict(heard)
        heard.clear()
        urls = [f"http://{n}.{domain}/" for n in range(20) for domain in answers]
        settings = FetchSettings(timeout=5, delay=0, per_host=20, allow_networks=[public], processes=1)
        with Crawler(settings) as crawler:
            def note(batch):
                for found in batch:
                    kind = found.resource.url.split(".")[1] + " " + found.outcome
                    seen[kind] = seen.get(kind, 0) + 1
            crawler.check(list(map(Resource, urls)), note, robots=False)
    print(json.dumps([control, heard, seen]))

if __name__ == "__main__":
    main()
"""


def test_rebinding_leads_nowhere(namespace: Namespace, tmp_path: Path) -> None:
    # Half of the look-ups give a private address, and so does half of one answer.
    script = tmp_path / "rebinding.py"
    script.write_text(REBINDING, encoding="utf-8")
    command = ["unshare", "--mount", sys.executable, str(script), network_namespace()]

    done = namespace.run(command, ROOT, {"PYTHONPATH": str(ROOT)}, timeout=60)

    assert done.returncode == 0, done.stderr
    control, heard, seen = json.loads(done.stdout)
    assert control == {"127.0.0.1": 1}
    assert heard == {"127.7.7.7": 30}
    assert seen == {"rebinding ok": 10, "rebinding unsafe": 10, "both ok": 20}
