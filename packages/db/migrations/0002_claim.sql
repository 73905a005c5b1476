-- The statements of the hot path are functions for one reason: a function can pin its plan. With statistics that were
-- never gathered, or are stale, the planner sorts the whole backlog for each claim, or reads all of `jobs`. What is ruled
-- out is done by giving it a huge cost, which would have PostgreSQL before 18 compile each call: hence no jit.

-- Takes up to max_jobs due jobs of a queue: deletes them from `ready`, and writes one `claims` row for all of them.
--
-- Each priority is a lane. A lane is read from just past the position (after_due, after_id) that the worker claimed
-- last, so that nobody walks over the dead entries at its head. With sweep, all lanes are found and read from their
-- heads (exclusive: unless another worker does so right now): that finds new lanes, and jobs that became visible behind a worker's position. `due` is run_at in microseconds
-- since 1970, which a double holds exactly.
CREATE FUNCTION orq.claim_jobs(
  claim_id uuid, claiming_worker uuid, from_queue text, max_jobs integer, except_types text[], finished uuid[],
  sweep boolean, exclusive boolean, lanes smallint[], after_due double precision[], after_id uuid[]
) RETURNS TABLE (
  id uuid, job_type text, payload text, attempt integer, max_attempts integer, fence integer,
  priority smallint, due double precision, claimed_at text
) LANGUAGE plpgsql
SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_seqscan = off SET enable_sort = off SET jit = off
AS $$
DECLARE
  taken uuid[] := '{}';
  batch uuid[];
  lane integer := -32769;
  position_run_at timestamptz := '-infinity';
  position_id uuid := '00000000-0000-0000-0000-000000000000';
  lane_number integer := 0;
BEGIN
  -- A claim that a crash of the server loses only frees its jobs.
  PERFORM set_config('synchronous_commit', 'off', true);
  IF exclusive AND NOT pg_try_advisory_xact_lock(hashtextextended('orq sweep ' || from_queue, 0)) THEN
    RETURN;
  END IF;
  IF cardinality(finished) > 0 THEN
    DELETE FROM orq.claims c WHERE c.id = ANY (finished);
  END IF;

  -- No lease would hold what an unregistered worker claims.
  IF NOT EXISTS (SELECT FROM orq.workers w WHERE w.id = claiming_worker) THEN
    RETURN;
  END IF;

  WHILE cardinality(taken) < max_jobs LOOP
    IF sweep THEN
      SELECT r.priority INTO lane FROM orq.ready r
      WHERE r.queue = from_queue AND r.priority > lane
      ORDER BY r.queue, r.priority, r.run_at, r.job_id LIMIT 1;
      EXIT WHEN NOT FOUND;
    ELSE
      lane_number := lane_number + 1;
      EXIT WHEN lane_number > cardinality(lanes);
      lane := lanes[lane_number];
      position_run_at := timestamptz 'epoch' + after_due[lane_number] * interval '1 microsecond';
      position_id := after_id[lane_number];
    END IF;

    WITH gone AS (
      DELETE FROM orq.ready WHERE ctid = ANY (ARRAY(
        SELECT r.ctid FROM orq.ready r
        WHERE r.queue = from_queue AND r.priority = lane
          AND (r.run_at, r.job_id) > (position_run_at, position_id) AND r.run_at <= now()
          AND (cardinality(except_types) = 0 OR NOT EXISTS (
            SELECT FROM orq.jobs j WHERE j.id = r.job_id AND j.job_type = ANY (except_types)))
        ORDER BY r.queue, r.priority, r.run_at, r.job_id
        LIMIT max_jobs - cardinality(taken)
        FOR UPDATE SKIP LOCKED
      ))
      RETURNING job_id
    )
    SELECT array_agg(job_id) INTO batch FROM gone;
    taken := taken || coalesce(batch, '{}');
  END LOOP;

  IF cardinality(taken) = 0 THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH job AS MATERIALIZED (
    SELECT j.* FROM orq.jobs j WHERE j.id = ANY (taken) AND j.state = 'open'
  ), claim AS (
    INSERT INTO orq.claims (id, worker_id, job_ids, fences, claimed_at)
    SELECT claim_id, claiming_worker, array_agg(job.id), array_agg(job.fence), now() FROM job HAVING count(*) > 0
  )
  SELECT job.id, job.job_type, job.payload::text, job.attempt + 1, job.max_attempts::integer, job.fence,
    job.priority, (extract(epoch FROM job.run_at) * 1000000)::double precision, now()::text
  FROM job ORDER BY job.priority, job.run_at, job.id;
END
$$;--> statement-breakpoint

-- Settles jobs as completed: one HOT update each, fenced. Gives back those that were the caller's to settle.
CREATE FUNCTION orq.complete_jobs(
  completing_worker uuid, ids uuid[], held_fences integer[], results text[], claimed_at text[]
) RETURNS SETOF uuid LANGUAGE sql
SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
  UPDATE orq.jobs j
  SET state = 'completed', attempt = j.attempt + 1, result = held.result::jsonb, error = NULL,
    worker_id = completing_worker, unique_key = NULL,
    started_at = held.claimed_at::timestamptz, finished_at = now()
  FROM unnest(ids, held_fences, results, claimed_at) AS held (id, fence, result, claimed_at)
  WHERE j.id = held.id AND j.fence = held.fence AND j.state = 'open'
  RETURNING j.id
$$;
