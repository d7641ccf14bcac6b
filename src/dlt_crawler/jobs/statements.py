"""What Procrastinate's own calls would take several transactions for, between which somebody else may come.

A worker that was thought dead may still be there, and end a job that another one has by now. So a job that is taken
from a worker is another one from then on, with a number of its own: who had it finds nothing to end. And who takes it
away strikes off the worker in the same transaction: the worker's next heartbeat finds that out.
"""

from __future__ import annotations

NAME = "UPDATE procrastinate_workers SET dlt_crawl = %(name)s WHERE id = %(worker)s"

BEAT = "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %(worker)s RETURNING id"

FINISH = "DELETE FROM procrastinate_jobs WHERE id = %(job)s"

PUT_OFF = """
    WITH taken AS (DELETE FROM procrastinate_jobs WHERE id = %(job)s AND status = 'doing' RETURNING *)
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    SELECT queue_name, task_name, priority, lock, queueing_lock, args, coalesce(%(at)s::timestamptz, now()) FROM taken
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""

TAKE_FROM_THE_DEAD = """
    WITH dead AS (
        DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => %(seconds)s) RETURNING id
    ), taken AS (
        DELETE FROM procrastinate_jobs
        WHERE queue_name = %(queue)s AND status = 'doing'
            AND (worker_id IS NULL OR worker_id IN (SELECT id FROM dead))
        RETURNING *
    )
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args)
    SELECT queue_name, task_name, priority, lock, queueing_lock, args FROM taken
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    RETURNING id
"""

GIVE_BACK = """
    WITH leaving AS (
        DELETE FROM procrastinate_workers WHERE id = %(worker)s RETURNING id
    ), taken AS (
        DELETE FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IN (SELECT id FROM leaving) RETURNING *
    )
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    SELECT queue_name, task_name, priority, lock, queueing_lock, args, now() + make_interval(secs => %(seconds)s)
    FROM taken
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO UPDATE
    SET scheduled_at = greatest(coalesce(procrastinate_jobs.scheduled_at, now()), excluded.scheduled_at)
"""

FORGET = "DELETE FROM procrastinate_jobs WHERE queue_name = %(queue)s AND status <> 'doing'"

COUNT = """
    SELECT
        count(*) FILTER (WHERE status = 'todo') AS todo,
        count(*) FILTER (WHERE status = 'doing') AS doing,
        (SELECT count(*) FROM procrastinate_workers
         WHERE last_heartbeat >= now() - make_interval(secs => %(seconds)s)) AS workers
    FROM procrastinate_jobs WHERE queue_name = %(queue)s
"""

BUSY = """
    SELECT DISTINCT coalesce(workers.dlt_crawl, 'a worker') AS name
    FROM procrastinate_jobs AS jobs JOIN procrastinate_workers AS workers ON workers.id = jobs.worker_id
    WHERE jobs.queue_name = %(queue)s AND jobs.status = 'doing'
        AND workers.last_heartbeat >= now() - make_interval(secs => %(seconds)s)
    ORDER BY name
"""

ALIVE = """
    SELECT dlt_crawl AS name, extract(epoch FROM now() - last_heartbeat)::float AS age
    FROM procrastinate_workers WHERE dlt_crawl LIKE %(host)s ORDER BY last_heartbeat DESC
"""

SITES = (
    "SELECT DISTINCT lock AS site FROM procrastinate_jobs WHERE queue_name = %(queue)s AND status IN ('todo', 'doing')"
)

ANALYZE = "ANALYZE procrastinate_jobs"
