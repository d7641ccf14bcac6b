"""Runs in .venv-pywb: indexes a WARC file, serves it, prints the port, and ends with standard input.

.venv-pywb/bin/python tests/pywb/serve.py DIRECTORY     (which holds archive/*.warc.gz)
"""

import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

from gevent import get_hub
from pywb.apps.frontendapp import FrontEndApp
from pywb.indexer.cdxindexer import main as index
from pywb.utils.geventserver import GeventServer, RequestURIWSGIHandler


def end_with_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


# A thread of the operating system: those of Python are gevent's since pywb was imported, and would stop it all.
get_hub().threadpool.spawn(end_with_input)
directory = Path(sys.argv[1])
os.chdir(directory)
index(["--cdxj", "--sort", "--output", "index.cdxj", "archive"])
# Without frames a memento has the headers of one; with exact times an inexact one is a redirect, as at archive.org.
configuration = {
    "framed_replay": False,
    "redirect_to_exact": True,
    "enable_memento": True,
    "collections": {"web": {"index": "index.cdxj", "archive_paths": "archive/"}},
}
Path("config.yaml").write_text(json.dumps(configuration), encoding="utf-8")
with redirect_stdout(sys.stderr):
    server = GeventServer(FrontEndApp(), port=0, hostname="127.0.0.1", handler_class=RequestURIWSGIHandler)
sys.stdout.write(f"{server.port}\n")
sys.stdout.flush()
get_hub().join()
