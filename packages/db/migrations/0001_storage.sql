-- Room on each page for the one update that settles a job, so that it stays HOT.
ALTER TABLE "orq"."jobs" SET (fillfactor = 60);--> statement-breakpoint
-- Queue tables turn over completely: vacuum them by count, not by share.
ALTER TABLE "orq"."ready" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.2);--> statement-breakpoint
ALTER TABLE "orq"."claims" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);--> statement-breakpoint
ALTER TABLE "orq"."workers" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
