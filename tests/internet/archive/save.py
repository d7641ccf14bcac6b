"""Save Page Now 2: `POST /save`, then `POST /save/status` for all jobs or `GET /save/status/<job>` for one.

Jobs go on as they are asked for: `Desk.pending` times they are pending, then they end. A URL may have one of these as
its trouble: `save-refused error:… message`, the refusal; `save-fails error:… message`, how its job ends;
`save-recent`, `save-refused` and `save-fails` alone, the recorded ones; `save-523`, which captures all the same.

Documentation of 2025-10-22 and wayback.md, section 3; a job that is not known any more is answered as one that is
pending (agude/wayback-machine-archiver#28).
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from tests.internet.archive.captures import Capture, moment, urlkey
from tests.internet.archive.memory import Job, Memory
from tests.internet.wire import Answer, Request

_KEYS = re.compile(r"LOW (?!unknown:)[^:\s]+:\S+")
_REFUSED = "error:too-many-daily-captures This URL has been already captured 5 times today."
_FAILS = "error:invalid-host-resolution Cannot resolve host."
_RECENT = "The same snapshot had been made 3 minutes ago. You can make new capture of this URL after 2 hours."


def url_of(request: Request) -> str:
    """Return the URL that a form asks to be captured; empty where there is none."""
    return _member(request, "url")


def answer(memory: Memory, request: Request, trouble: str | None) -> Answer:
    """Answer a request under `/save`. `trouble`: what the table says of the URL that is to be captured."""
    if not _KEYS.fullmatch(request.headers.get("authorization", "")):
        return _json({"message": "You need to be logged in to use Save Page Now."}, 401)
    action = request.path.removeprefix("/save").strip("/")
    if request.method == "POST" and not action:
        return _submit(memory, request, trouble or "")
    match action.removeprefix("status").strip("/"):
        case "":
            return _json([_status(memory, job) for job in _member(request, "job_ids").split(",")])
        case "user":
            desk = memory.desk
            free = max(desk.sessions - _processing(memory), 0)
            counts = {"daily_captures": desk.captured, "daily_captures_limit": desk.limit}
            return _json({"processing": _processing(memory), "available": free, **counts})
        case "system":
            return _json({"recent_captures": 941, "status": "ok", "queues": {}})
        case job_id:
            return _json(_status(memory, job_id))


def forget(memory: Memory) -> None:
    """Let all jobs end, and forget them."""
    for job in memory.jobs.values():
        _end(memory, job)
    memory.jobs.clear()


def _submit(memory: Memory, request: Request, trouble: str) -> Answer:
    url = url_of(request)
    kind, _, error = trouble.partition(" ")
    if kind == "save-refused":
        return _json(_error(error or _REFUSED))
    if kind == "save-523":
        _capture(memory, url)
        return Answer(b"error code: 523", 523, (("Content-Type", "text/plain"),))
    within = timedelta(seconds=float(_member(request, "if_not_archived_within") or 3600))
    if kind == "save-recent" or any(
        datetime.now(UTC) - moment(each.timestamp) < within
        for each in (*memory.of(url), *memory.unseen)
        if each.urlkey == urlkey(url)
    ):
        return _json({"url": url, "job_id": None, "message": _RECENT})
    if memory.desk.captured >= memory.desk.limit:
        limit = f"You have reached your daily captures limit of ({memory.desk.limit},) webpages."
        return _json({"status": "error", "message": limit})
    job_id = "spn2-" + hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()
    known = memory.jobs.get(job_id)
    if known is None or known.ended:
        if _processing(memory) >= memory.desk.sessions:
            return _json(_error("error:user-session-limit You have already reached the limit of active sessions."))
        memory.jobs[job_id] = Job(url)
    return _json({"url": url, "job_id": job_id})


def _status(memory: Memory, job_id: str) -> dict[str, object]:
    job = memory.jobs.get(job_id)
    if job is not None:
        job.polls += 1
        if job.polls > memory.desk.pending:
            _end(memory, job)
    if job is None or not job.ended:
        return {"status": "pending", "job_id": job_id, "resources": []}
    if job.error:
        return {**_error(job.error), "job_id": job_id, "exception": "…", "resources": []}
    success = {"duration_sec": 16.04, "http_status": 200, "counters": {}, "resources": [job.url], "outlinks": []}
    found = {"status": "success", "job_id": job_id, "timestamp": job.timestamp, "original_url": job.url}
    return {**found, **success}


def _end(memory: Memory, job: Job) -> None:
    if job.ended:
        return
    kind, _, error = (memory.trouble_of("save-status", job.url) or "").partition(" ")
    if kind == "save-fails":
        job.error = error or _FAILS
    else:
        job.timestamp = _capture(memory, job.url)


def _capture(memory: Memory, url: str) -> str:
    timestamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    (memory.captures if memory.desk.shown else memory.unseen).append(Capture(url, timestamp))
    memory.desk.captured += 1
    return timestamp


def _processing(memory: Memory) -> int:
    return sum(not job.ended for job in memory.jobs.values())


def _member(request: Request, name: str) -> str:
    return parse_qs(request.body.decode("utf-8", "replace")).get(name, [""])[-1]


def _error(error: str) -> dict[str, object]:
    # Refusals come with status 200.
    code, _, message = error.partition(" ")
    return {"status": "error", "status_ext": code, "message": message}


def _json(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, (("Content-Type", "application/json"),))
