ALTER TYPE "orq"."attempt_outcome" ADD VALUE 'cancelled';--> statement-breakpoint
CREATE TABLE "orq"."job_logs" (
	"job_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "orq"."job_logs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"attempt" smallint NOT NULL,
	"logged_at" timestamp with time zone NOT NULL,
	"level" text NOT NULL,
	"message" text NOT NULL,
	"fields" jsonb,
	CONSTRAINT "job_logs_pkey" PRIMARY KEY("job_id","id")
);
--> statement-breakpoint
CREATE TABLE "orq"."key_slots" (
	"concurrency_key" text NOT NULL,
	"slot" smallint NOT NULL,
	"job_id" uuid NOT NULL,
	"fence" integer NOT NULL,
	CONSTRAINT "key_slots_pkey" PRIMARY KEY("concurrency_key","slot")
);
--> statement-breakpoint
CREATE TABLE "orq"."parked" (
	"concurrency_key" text NOT NULL,
	"priority" smallint NOT NULL,
	"run_at" timestamp with time zone NOT NULL,
	"job_id" uuid NOT NULL,
	"queue" text NOT NULL,
	CONSTRAINT "parked_pkey" PRIMARY KEY("concurrency_key","priority","run_at","job_id")
);
--> statement-breakpoint
CREATE TABLE "orq"."queues" (
	"name" text PRIMARY KEY NOT NULL,
	"paused_at" timestamp with time zone
);
--> statement-breakpoint
DROP VIEW "orq"."job_status";--> statement-breakpoint
ALTER TABLE "orq"."jobs" ADD COLUMN "concurrency_key" text;--> statement-breakpoint
ALTER TABLE "orq"."jobs" ADD COLUMN "concurrency_limit" smallint;--> statement-breakpoint
ALTER TABLE "orq"."jobs" ADD COLUMN "timeout_ms" integer;--> statement-breakpoint
ALTER TABLE "orq"."jobs" ADD COLUMN "deadline" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "orq"."jobs" ADD COLUMN "retry" jsonb;--> statement-breakpoint
ALTER TABLE "orq"."jobs" ADD COLUMN "cancel_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "orq"."ready" ADD COLUMN "concurrency_key" text;--> statement-breakpoint
ALTER TABLE "orq"."job_logs" ADD CONSTRAINT "job_logs_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "orq"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE VIEW "orq"."job_status" AS (
SELECT j.id, j.queue, j.job_type,
  CASE
    WHEN j.state <> 'open' THEN j.state::text
    WHEN w.waits IS NULL THEN 'processing'
    WHEN j.attempt = 0 THEN 'pending'
    ELSE 'retry'
  END AS status,
  j.priority, j.run_at,
  CASE WHEN j.state = 'open' AND w.waits IS NULL THEN j.attempt + 1 ELSE j.attempt::integer END AS attempt,
  j.max_attempts, j.payload, j.result, j.error,
  CASE WHEN j.state = 'completed' THEN 1 ELSE j.progress END AS progress,
  coalesce(c.worker_id, j.worker_id) AS worker_id,
  j.unique_key, coalesce(j.tags, '{}') AS tags, j.created_at,
  coalesce(c.claimed_at, j.started_at) AS started_at,
  j.finished_at,
  greatest(j.created_at, j.started_at, c.claimed_at, j.finished_at, j.touched_at) AS updated_at,
  j.concurrency_key, j.deadline, j.cancel_requested_at
FROM orq.jobs j
LEFT JOIN LATERAL (
  SELECT true AS waits FROM orq.ready r
  WHERE j.state = 'open' AND r.queue = j.queue AND r.priority = j.priority AND r.run_at = j.run_at AND r.job_id = j.id
  UNION ALL
  SELECT true FROM orq.parked p
  WHERE j.state = 'open' AND p.concurrency_key = j.concurrency_key AND p.priority = j.priority AND p.run_at = j.run_at
    AND p.job_id = j.id
  LIMIT 1
) w ON true
LEFT JOIN LATERAL (
  SELECT claims.worker_id, claims.claimed_at FROM orq.claims
  WHERE j.state = 'open' AND w.waits IS NULL AND j.id = ANY (claims.job_ids)
  ORDER BY claims.claimed_at DESC LIMIT 1
) c ON true);--> statement-breakpoint

-- The lock under which the slots of a concurrency key are given out. Keys share 128 locks, so that a claim of many jobs
-- with different keys stays within the server's lock table; whoever takes several takes them in ascending order.
CREATE FUNCTION orq.key_lock(key text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT hashtextextended('orq key', 0) + (hashtextextended(key, 0) & 127)
$$;--> statement-breakpoint

-- Gives a free slot of the key to a job: the one it has already, or a free one; false where there is none.
-- The caller holds the key's lock, and has removed the slots of jobs that were settled.
CREATE FUNCTION orq.take_slot(key text, key_limit integer, taker uuid, taker_fence integer) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM orq.key_slots s WHERE s.concurrency_key = key AND s.job_id = taker AND s.fence = taker_fence) THEN
    RETURN true;
  END IF;
  INSERT INTO orq.key_slots (concurrency_key, slot, job_id, fence)
  SELECT key, free.slot, taker, taker_fence FROM generate_series(1, key_limit) AS free (slot)
  WHERE NOT EXISTS (SELECT FROM orq.key_slots s WHERE s.concurrency_key = key AND s.slot = free.slot)
    AND (SELECT count(*) FROM orq.key_slots s WHERE s.concurrency_key = key) < key_limit
  LIMIT 1;
  RETURN FOUND;
END
$$;--> statement-breakpoint

-- Removes the slots of jobs that are settled. The caller holds the key's lock. Gives back whether there were any.
CREATE FUNCTION orq.free_settled_slots(key text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM orq.key_slots s WHERE s.concurrency_key = key
    AND NOT EXISTS (SELECT FROM orq.jobs j WHERE j.id = s.job_id AND j.state = 'open' AND j.fence = s.fence);
  RETURN FOUND;
END
$$;--> statement-breakpoint

-- Frees the slots of settled jobs, and puts parked jobs of the key, in their order, back into `ready` with a slot each.
-- The caller holds the key's lock. Gives back those jobs' places in `ready`, `due` in microseconds since 1970.
CREATE FUNCTION orq.fill_slots(key text) RETURNS TABLE (queue text, priority smallint, due double precision, id uuid)
LANGUAGE plpgsql AS $$
DECLARE
  next record;
BEGIN
  PERFORM orq.free_settled_slots(key);
  LOOP
    SELECT p.queue, p.priority, p.run_at, p.job_id, j.fence, j.concurrency_limit INTO next
    FROM orq.parked p JOIN orq.jobs j ON j.id = p.job_id
    WHERE p.concurrency_key = key ORDER BY p.priority, p.run_at, p.job_id LIMIT 1 FOR UPDATE OF p;
    EXIT WHEN NOT FOUND OR NOT orq.take_slot(key, next.concurrency_limit, next.job_id, next.fence);
    DELETE FROM orq.parked p WHERE p.concurrency_key = key AND p.priority = next.priority AND p.run_at = next.run_at
      AND p.job_id = next.job_id;
    INSERT INTO orq.ready (queue, priority, run_at, job_id, concurrency_key)
    VALUES (next.queue, next.priority, next.run_at, next.job_id, key);
    queue := next.queue;
    priority := next.priority;
    due := extract(epoch FROM next.run_at) * 1000000;
    id := next.job_id;
    RETURN NEXT;
  END LOOP;
END
$$;--> statement-breakpoint

-- Gives the slots that were freed to the jobs that wait for them. Gives back those jobs' places in `ready`.
CREATE FUNCTION orq.wake_keys(keys text[]) RETURNS TABLE (queue text, priority smallint, due double precision, id uuid)
LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  key text;
BEGIN
  PERFORM pg_advisory_xact_lock(held.lock)
  FROM (SELECT DISTINCT orq.key_lock(k) AS lock FROM unnest(keys) AS k ORDER BY 1) AS held;
  FOREACH key IN ARRAY keys LOOP
    RETURN QUERY SELECT * FROM orq.fill_slots(key);
  END LOOP;
END
$$;--> statement-breakpoint

-- Of jobs that were taken from `ready`, those that have or get a slot of their key; the others are parked. Jobs that are
-- parked already, and come first, get theirs first.
CREATE FUNCTION orq.admit(candidates uuid[]) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  candidate record;
  key text;
  admitted uuid[] := '{}';
  waiting text[] := '{}';
BEGIN
  PERFORM pg_advisory_xact_lock(held.lock) FROM (
    SELECT DISTINCT orq.key_lock(j.concurrency_key) AS lock FROM orq.jobs j WHERE j.id = ANY (candidates) ORDER BY 1
  ) AS held;
  FOR candidate IN
    SELECT j.id, j.queue, j.priority, j.run_at, j.fence, j.concurrency_key, j.concurrency_limit FROM orq.jobs j
    WHERE j.id = ANY (candidates) AND j.state = 'open'
    ORDER BY j.concurrency_key, j.priority, j.run_at, j.id
  LOOP
    IF key IS DISTINCT FROM candidate.concurrency_key THEN
      key := candidate.concurrency_key;
      IF orq.free_settled_slots(key) THEN
        -- With the rows goes all trace of the slots: whoever should pass them on may never come.
        waiting := waiting || key;
      END IF;
    END IF;
    IF EXISTS (
      SELECT FROM orq.key_slots s
      WHERE s.concurrency_key = key AND s.job_id = candidate.id AND s.fence = candidate.fence
    ) OR (
      NOT EXISTS (SELECT FROM orq.parked p WHERE p.concurrency_key = key)
      AND orq.take_slot(key, candidate.concurrency_limit, candidate.id, candidate.fence)
    ) THEN
      admitted := admitted || candidate.id;
    ELSE
      INSERT INTO orq.parked (concurrency_key, priority, run_at, job_id, queue)
      VALUES (key, candidate.priority, candidate.run_at, candidate.id, candidate.queue);
      IF waiting[cardinality(waiting)] IS DISTINCT FROM key THEN
        waiting := waiting || key;
      END IF;
    END IF;
  END LOOP;
  FOREACH key IN ARRAY waiting LOOP
    PERFORM orq.fill_slots(key);
  END LOOP;
  RETURN admitted;
END
$$;--> statement-breakpoint

-- Cancels a job: one that waits is cancelled now, one that runs is marked, and its worker told by the channel
-- orq_control. Gives back `cancelled`, `requested`, or the final state that the job had already; null where there is none.
CREATE FUNCTION orq.cancel_job(job_id uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  job record;
  waited boolean;
BEGIN
  SELECT j.* INTO job FROM orq.jobs j WHERE j.id = cancel_job.job_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  ELSIF job.state NOT IN ('open', 'blocked') THEN
    RETURN job.state::text;
  END IF;
  -- A claim under way holds its row: then this waits, and finds that the job runs, or is parked. One that is parked may
  -- be put back into `ready` while this waits for it; then it has its slot, and is not parked again.
  FOR look IN 1..2 LOOP
    DELETE FROM orq.ready r
    WHERE r.queue = job.queue AND r.priority = job.priority AND r.run_at = job.run_at AND r.job_id = job.id;
    waited := FOUND OR job.state = 'blocked';
    EXIT WHEN waited OR job.concurrency_key IS NULL;
    DELETE FROM orq.parked p WHERE p.concurrency_key = job.concurrency_key AND p.priority = job.priority
      AND p.run_at = job.run_at AND p.job_id = job.id;
    waited := FOUND;
    EXIT WHEN waited;
  END LOOP;
  IF waited THEN
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

DROP FUNCTION orq.claim_jobs(
  uuid, uuid, text, integer, text[], uuid[], boolean, boolean, smallint[], double precision[], uuid[]
);--> statement-breakpoint

-- Takes up to max_jobs due jobs of a queue: deletes them from `ready`, and writes one `claims` row for all of them.
-- The first row of its answer is about the claim (claimed_at, and how many more jobs were due but are parked for a slot
-- of their key), each other row is a job.
--
-- Each priority is a lane. A lane is read from a position (from_due, from_id), by rule that of the job which the worker
-- claimed last, so that nobody walks over the dead entries at its head. With sweep, all lanes are found and read from their
-- heads (exclusive: unless another worker does so right now): that finds new lanes, and jobs that became visible behind
-- a worker's position. `due` is run_at in microseconds since 1970, which a double holds exactly.
CREATE FUNCTION orq.claim_jobs(
  claim_id uuid, claiming_worker uuid, from_queue text, max_jobs integer, except_types text[], finished uuid[],
  sweep boolean, exclusive boolean, lanes smallint[], from_due double precision[], from_id uuid[]
) RETURNS TABLE (
  claimed_at text, parked integer,
  id uuid, job_type text, payload text, attempt integer, max_attempts integer, fence integer,
  priority smallint, due double precision, limits text
) LANGUAGE plpgsql
SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_seqscan = off SET enable_sort = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  taken uuid[] := '{}';
  keyed uuid[] := '{}';
  batch uuid[];
  keyed_batch uuid[];
  lane integer := -32769;
  position_run_at timestamptz;
  position_id uuid;
  lane_number integer := 0;
  durable text := current_setting('synchronous_commit');
BEGIN
  -- A claim that a crash of the server loses only frees its jobs.
  PERFORM set_config('synchronous_commit', 'off', true);
  IF cardinality(finished) > 0 THEN
    DELETE FROM orq.claims c WHERE c.id = ANY (finished);
  END IF;
  IF exclusive AND NOT pg_try_advisory_xact_lock(hashtextextended('orq sweep ' || from_queue, 0)) THEN
    RETURN;
  END IF;
  -- No lease would hold what an unregistered worker claims.
  IF NOT EXISTS (SELECT FROM orq.workers w WHERE w.id = claiming_worker)
    OR EXISTS (SELECT FROM orq.queues q WHERE q.name = from_queue AND q.paused_at IS NOT NULL) THEN
    RETURN;
  END IF;

  WHILE cardinality(taken) + cardinality(keyed) < max_jobs LOOP
    IF sweep THEN
      -- What is found is where the delete begins, so that dead entries are walked over once.
      SELECT r.priority, r.run_at, r.job_id INTO lane, position_run_at, position_id FROM orq.ready r
      WHERE r.queue = from_queue AND r.priority > lane
      ORDER BY r.queue, r.priority, r.run_at, r.job_id LIMIT 1;
      EXIT WHEN NOT FOUND;
    ELSE
      lane_number := lane_number + 1;
      EXIT WHEN lane_number > cardinality(lanes);
      lane := lanes[lane_number];
      position_run_at := timestamptz 'epoch' + from_due[lane_number] * interval '1 microsecond';
      position_id := from_id[lane_number];
    END IF;

    WITH gone AS (
      DELETE FROM orq.ready WHERE ctid = ANY (ARRAY(
        SELECT r.ctid FROM orq.ready r
        WHERE r.queue = from_queue AND r.priority = lane
          AND (r.run_at, r.job_id) >= (position_run_at, position_id) AND r.run_at <= now()
          AND (cardinality(except_types) = 0 OR NOT coalesce(
            (SELECT j.job_type = ANY (except_types) FROM orq.jobs j WHERE j.id = r.job_id), false))
        ORDER BY r.queue, r.priority, r.run_at, r.job_id
        LIMIT max_jobs - cardinality(taken) - cardinality(keyed)
        FOR UPDATE SKIP LOCKED
      ))
      RETURNING job_id, concurrency_key
    )
    SELECT array_agg(job_id) FILTER (WHERE concurrency_key IS NULL),
      array_agg(job_id) FILTER (WHERE concurrency_key IS NOT NULL)
    INTO batch, keyed_batch FROM gone;
    taken := taken || coalesce(batch, '{}');
    keyed := keyed || coalesce(keyed_batch, '{}');
  END LOOP;

  parked := 0;
  IF cardinality(keyed) > 0 THEN
    batch := orq.admit(keyed);
    IF cardinality(batch) > 0 THEN
      -- Were this claim lost, its jobs would run on while others get their slots: so it waits for the disk.
      PERFORM set_config('synchronous_commit', durable, true);
    END IF;
    parked := cardinality(keyed) - cardinality(batch);
    taken := taken || batch;
  END IF;
  IF cardinality(taken) + parked = 0 THEN
    RETURN;
  END IF;
  claimed_at := now()::text;
  RETURN NEXT;
  RETURN QUERY
  WITH job AS MATERIALIZED (
    SELECT j.* FROM orq.jobs j WHERE j.id = ANY (taken) AND j.state = 'open'
  ), claim AS (
    INSERT INTO orq.claims (id, worker_id, job_ids, fences, claimed_at)
    SELECT claim_id, claiming_worker, array_agg(job.id), array_agg(job.fence), now() FROM job HAVING count(*) > 0
  )
  SELECT NULL::text, NULL::integer,
    job.id, job.job_type, job.payload::text, job.attempt + 1, job.max_attempts::integer, job.fence,
    job.priority, (extract(epoch FROM job.run_at) * 1000000)::double precision,
    CASE WHEN coalesce(job.deadline::text, job.concurrency_key) IS NOT NULL OR job.timeout_ms IS NOT NULL OR job.retry IS NOT NULL
      THEN json_build_object('deadlineInMs', extract(epoch FROM job.deadline - now()) * 1000,
        'timeoutMs', job.timeout_ms, 'retry', job.retry, 'concurrencyKey', job.concurrency_key)::text END
  FROM job ORDER BY job.priority, job.run_at, job.id;
END
$$;
