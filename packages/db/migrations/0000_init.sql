CREATE SCHEMA IF NOT EXISTS "orq";
--> statement-breakpoint
CREATE TYPE "orq"."attempt_outcome" AS ENUM('failed', 'lost');--> statement-breakpoint
CREATE TYPE "orq"."job_state" AS ENUM('open', 'blocked', 'completed', 'failed', 'cancelled');--> statement-breakpoint
CREATE TABLE "orq"."idempotency_keys" (
	"scope" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"response" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "orq"."clips" (
	"id" uuid PRIMARY KEY NOT NULL,
	"video_asset_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"start_ms" integer NOT NULL,
	"end_ms" integer NOT NULL,
	"visual_score" double precision NOT NULL,
	"score_parts" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orq"."video_assets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"filename" text NOT NULL,
	"content_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"storage_key" text NOT NULL,
	"duration_ms" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orq"."claims" (
	"id" uuid PRIMARY KEY NOT NULL,
	"worker_id" uuid NOT NULL,
	"job_ids" uuid[] NOT NULL,
	"fences" integer[] NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orq"."job_attempts" (
	"job_id" uuid NOT NULL,
	"attempt" smallint NOT NULL,
	"outcome" "orq"."attempt_outcome" NOT NULL,
	"worker_id" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone NOT NULL,
	"error" text NOT NULL,
	CONSTRAINT "job_attempts_pkey" PRIMARY KEY("job_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "orq"."jobs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
	"run_at" timestamp with time zone NOT NULL,
	"priority" smallint NOT NULL,
	"max_attempts" smallint NOT NULL,
	"queue" text NOT NULL,
	"job_type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"tags" text[],
	"unique_key" text,
	"fence" integer DEFAULT 0 NOT NULL,
	"attempt" smallint DEFAULT 0 NOT NULL,
	"state" "orq"."job_state" DEFAULT 'open' NOT NULL,
	"progress" real,
	"worker_id" uuid,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"touched_at" timestamp with time zone,
	"result" jsonb,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "orq"."ready" (
	"queue" text NOT NULL,
	"priority" smallint NOT NULL,
	"run_at" timestamp with time zone NOT NULL,
	"job_id" uuid NOT NULL,
	CONSTRAINT "ready_pkey" PRIMARY KEY("queue","priority","run_at","job_id")
);
--> statement-breakpoint
CREATE TABLE "orq"."workers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"version" text NOT NULL,
	"queues" text[] NOT NULL,
	"job_types" text[] NOT NULL,
	"concurrency" integer NOT NULL,
	"lease_ms" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "orq"."clips" ADD CONSTRAINT "clips_video_asset_id_video_assets_id_fk" FOREIGN KEY ("video_asset_id") REFERENCES "orq"."video_assets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orq"."job_attempts" ADD CONSTRAINT "job_attempts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "orq"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "clips_video" ON "orq"."clips" USING btree ("video_asset_id","start_ms");--> statement-breakpoint
CREATE INDEX "claims_worker" ON "orq"."claims" USING btree ("worker_id");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_unique_key" ON "orq"."jobs" USING btree ("job_type","unique_key") WHERE "orq"."jobs"."unique_key" IS NOT NULL;--> statement-breakpoint
CREATE VIEW "orq"."job_status" AS (
SELECT j.id, j.queue, j.job_type,
  CASE
    WHEN j.state <> 'open' THEN j.state::text
    WHEN r.job_id IS NULL THEN 'processing'
    WHEN j.attempt = 0 THEN 'pending'
    ELSE 'retry'
  END AS status,
  j.priority, j.run_at,
  CASE WHEN j.state = 'open' AND r.job_id IS NULL THEN j.attempt + 1 ELSE j.attempt::integer END AS attempt,
  j.max_attempts, j.payload, j.result, j.error,
  CASE WHEN j.state = 'completed' THEN 1 ELSE j.progress END AS progress,
  coalesce(c.worker_id, j.worker_id) AS worker_id,
  j.unique_key, coalesce(j.tags, '{}') AS tags, j.created_at,
  coalesce(c.claimed_at, j.started_at) AS started_at,
  j.finished_at,
  greatest(j.created_at, j.started_at, c.claimed_at, j.finished_at, j.touched_at) AS updated_at
FROM orq.jobs j
LEFT JOIN orq.ready r
  ON j.state = 'open' AND r.queue = j.queue AND r.priority = j.priority AND r.run_at = j.run_at AND r.job_id = j.id
LEFT JOIN LATERAL (
  SELECT claims.worker_id, claims.claimed_at FROM orq.claims
  WHERE j.state = 'open' AND r.job_id IS NULL AND j.id = ANY (claims.job_ids)
  ORDER BY claims.claimed_at DESC LIMIT 1
) c ON true);