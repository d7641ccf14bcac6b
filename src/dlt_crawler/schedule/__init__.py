"""When the nightly job runs, and what is known of that. The only user of APScheduler.

The job itself runs in a child process: a reactor cannot be started twice in one.
"""

from dlt_crawler.schedule.cron import cron_trigger
from dlt_crawler.schedule.diary import HEARTBEAT, HEARTBEAT_FILE, STATE_FILE, Attempt, Diary, Entry
from dlt_crawler.schedule.scheduler import Scheduler, run_nightly
from dlt_crawler.schedule.status import Latest, Status, status_json, status_of, status_text
from dlt_crawler.schedule.wall_clock import WallClock

__all__ = [
    "HEARTBEAT",
    "HEARTBEAT_FILE",
    "STATE_FILE",
    "Attempt",
    "Diary",
    "Entry",
    "Latest",
    "Scheduler",
    "Status",
    "WallClock",
    "cron_trigger",
    "run_nightly",
    "status_json",
    "status_of",
    "status_text",
]
