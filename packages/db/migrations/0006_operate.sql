CREATE TABLE "orq"."queue_tallies" (
	"at" timestamp with time zone NOT NULL,
	"queue" text NOT NULL,
	"worker_id" uuid NOT NULL,
	"completed" integer NOT NULL,
	"failed" integer NOT NULL,
	CONSTRAINT "queue_tallies_pkey" PRIMARY KEY("at","queue","worker_id")
);
--> statement-breakpoint

-- Takes a job out of where it waits; false where it does not wait. The caller has locked the job's row, and read it since.
CREATE FUNCTION orq.take_from_wait(job orq.jobs) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  -- A claim under way holds its row: then this waits, and finds that the job runs, or is parked. One that is parked may
  -- be put back into `ready` while this waits for it; then it has its slot, and is not parked again.
  FOR look IN 1..2 LOOP
    DELETE FROM orq.ready r
    WHERE r.queue = job.queue AND r.priority = job.priority AND r.run_at = job.run_at AND r.job_id = job.id;
    IF FOUND OR job.concurrency_key IS NULL THEN
      RETURN FOUND;
    END IF;
    DELETE FROM orq.parked p WHERE p.concurrency_key = job.concurrency_key AND p.priority = job.priority
      AND p.run_at = job.run_at AND p.job_id = job.id;
    IF FOUND THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END
$$;--> statement-breakpoint

-- As before, by the function above.
CREATE OR REPLACE FUNCTION orq.cancel_job(job_id uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  job orq.jobs;
BEGIN
  SELECT j.* INTO job FROM orq.jobs j WHERE j.id = cancel_job.job_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  ELSIF job.state NOT IN ('open', 'blocked') THEN
    RETURN job.state::text;
  ELSIF job.state = 'blocked' OR orq.take_from_wait(job) THEN
    UPDATE orq.jobs j SET state = 'cancelled', fence = j.fence + 1, unique_key = NULL, finished_at = now(),
      touched_at = now()
    WHERE j.id = job.id;
    RETURN 'cancelled';
  END IF;
  UPDATE orq.jobs j SET cancel_requested_at = coalesce(j.cancel_requested_at, now()), touched_at = now()
  WHERE j.id = job.id;
  PERFORM pg_notify('orq_control', json_build_object('cancel', job.id)::text);
  RETURN 'requested';
END
$$;--> statement-breakpoint

-- Has a job that has failed, or was cancelled, run again, and gives back its queue: `retried`. Otherwise the state in which
-- it is, and no row where there is none. One whose attempts are used up gets one more. Where ended_before is given, a job that has ended since
-- then is left as it is.
CREATE FUNCTION orq.retry_job(job_id uuid, ended_before timestamptz) RETURNS TABLE (answer text, queue text)
LANGUAGE plpgsql AS $$
DECLARE
  job orq.jobs;
BEGIN
  SELECT j.* INTO job FROM orq.jobs j WHERE j.id = retry_job.job_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  answer := job.state::text;
  queue := job.queue;
  IF job.state IN ('failed', 'cancelled') AND coalesce(job.finished_at < ended_before, true) THEN
    UPDATE orq.jobs j SET state = 'open', fence = j.fence + 1, run_at = statement_timestamp(), progress = NULL,
      max_attempts = greatest(j.max_attempts, j.attempt + 1), finished_at = NULL, cancel_requested_at = NULL,
      deadline = CASE WHEN j.deadline > now() THEN j.deadline END, touched_at = now()
    WHERE j.id = job.id;
    INSERT INTO orq.ready (queue, priority, run_at, job_id, concurrency_key)
    VALUES (job.queue, job.priority, statement_timestamp(), job.id, job.concurrency_key);
    answer := 'retried';
  END IF;
  RETURN NEXT;
END
$$;--> statement-breakpoint

-- Gives a job that waits another time, or priority; null leaves it as it is. `rescheduled`: that is done, and the rest of the
-- row says what holds now. Otherwise `processing`, or the state in which the job is; no row where there is none.
CREATE FUNCTION orq.reschedule_job(job_id uuid, new_run_at timestamptz, new_priority smallint)
RETURNS TABLE (answer text, queue text, run_at timestamptz, priority smallint) LANGUAGE plpgsql AS $$
DECLARE
  job orq.jobs;
BEGIN
  SELECT j.* INTO job FROM orq.jobs j WHERE j.id = reschedule_job.job_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  queue := job.queue;
  run_at := coalesce(new_run_at, job.run_at);
  priority := coalesce(new_priority, job.priority);
  IF job.state <> 'open' THEN
    answer := job.state::text;
  ELSIF NOT orq.take_from_wait(job) THEN
    answer := 'processing';
  ELSE
    answer := 'rescheduled';
    -- By its fence a job has its slot: one that waits for longer must not keep it.
    UPDATE orq.jobs j SET run_at = reschedule_job.run_at, priority = reschedule_job.priority, fence = j.fence + 1,
      touched_at = now()
    WHERE j.id = job.id;
    INSERT INTO orq.ready (queue, priority, run_at, job_id, concurrency_key)
    VALUES (job.queue, reschedule_job.priority, reschedule_job.run_at, job.id, job.concurrency_key);
  END IF;
  RETURN NEXT;
END
$$;
