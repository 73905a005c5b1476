ALTER TABLE "orq"."clips" ADD COLUMN "poster_ms" integer;--> statement-breakpoint
ALTER TABLE "orq"."clips" ADD COLUMN "render_job_id" uuid;--> statement-breakpoint
ALTER TABLE "orq"."clips" ADD COLUMN "media" jsonb;--> statement-breakpoint
ALTER TABLE "orq"."clips" ADD COLUMN "poster" jsonb;--> statement-breakpoint
ALTER TABLE "orq"."video_assets" ADD COLUMN "analysis_job_id" uuid;--> statement-breakpoint
ALTER TABLE "orq"."video_assets" ADD COLUMN "sheets_job_id" uuid;--> statement-breakpoint
ALTER TABLE "orq"."video_assets" ADD COLUMN "contact_sheet" jsonb;--> statement-breakpoint
ALTER TABLE "orq"."video_assets" ADD COLUMN "storyboard" jsonb;