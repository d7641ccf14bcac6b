"""Save Page Now 2: `POST /save`, then `GET /save/status/<job>`: pending once, then success or an error."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs

from tests.internet.archive.captures import Capture
from tests.internet.archive.memory import Job, Memory
from tests.internet.wire import Answer, Request

_KEYS = re.compile(r"LOW [^:\s]+:\S+")


def url_of(request: Request) -> str:
    """Return the URL that a form asks to be captured; empty where there is none."""
    return parse_qs(request.body.decode("utf-8", "replace")).get("url", [""])[-1]


def answer(memory: Memory, request: Request, trouble: str | None) -> Answer:
    """Answer a request under `/save`. `trouble`: what the table says of the URL that is to be captured."""
    if not _KEYS.fullmatch(request.headers.get("authorization", "")):
        return _json({"message": "You need to be logged in to use Save Page Now."}, 401)
    action = request.path.removeprefix("/save").strip("/")
    if request.method == "POST" and not action:
        return _submit(memory, url_of(request), trouble)
    match action.removeprefix("status/"):
        case "user":
            return _json({"processing": 0, "available": 3, "daily_captures": 49, "daily_captures_limit": 30000})
        case "system":
            return _json({"recent_captures": 941, "status": "ok", "queues": {}})
        case job_id:
            return _status(memory, job_id)


def _submit(memory: Memory, url: str, trouble: str | None) -> Answer:
    match trouble:
        case "save-refused":
            return _error("error:too-many-daily-captures", f"This URL has been already captured 5 times today. {url}")
        case "save-recent":
            message = (
                "The same snapshot had been made 3 minutes ago. You can make new capture of this URL after 2 hours."
            )
            return _json({"url": url, "job_id": None, "message": message})
    job_id = "spn2-" + hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()
    memory.jobs[job_id] = Job(url)
    return _json({"url": url, "job_id": job_id})


def _status(memory: Memory, job_id: str) -> Answer:
    job = memory.jobs.get(job_id)
    if job is None:
        return _error("error:no-job", f"Job {job_id} not found.")
    job.polls += 1
    if job.polls == 1:
        return _json({"status": "pending", "job_id": job_id, "resources": []})
    if memory.trouble_of("save-status", job.url) == "save-fails":
        return _error("error:invalid-host-resolution", f"Cannot resolve host {job.url}.")
    if not job.timestamp:
        job.timestamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
        memory.add(Capture(job.url, job.timestamp))
    success = {"duration_sec": 16.04, "http_status": 200, "counters": {}, "resources": [job.url], "outlinks": []}
    found = {"status": "success", "job_id": job_id, "timestamp": job.timestamp, "original_url": job.url}
    return _json({**found, **success})


def _error(kind: str, message: str) -> Answer:
    # Refusals come with status 200.
    return _json({"status": "error", "status_ext": kind, "message": message})


def _json(value: dict[str, object], status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, (("Content-Type", "application/json"),))
