"""What goes to stderr: talk, bars where a person looks, questions, errors, and what libraries log; what stdout is."""

from dlt_crawler.terminal.logs import LOG_FORMAT_VARIABLE, LogFormat, asked_for, configure, tell_bug, tell_error
from dlt_crawler.terminal.questions import Questions
from dlt_crawler.terminal.stdout import screen
from dlt_crawler.terminal.watch import Watch

__all__ = [
    "LOG_FORMAT_VARIABLE",
    "LogFormat",
    "Questions",
    "Watch",
    "asked_for",
    "configure",
    "screen",
    "tell_bug",
    "tell_error",
]
