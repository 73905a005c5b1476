-- Settling doubles a row for a moment. A page that is filled to two fifths takes the new versions of all its rows,
-- also when one statement settles them together, so that every one of these updates is HOT.
ALTER TABLE "orq"."jobs" SET (fillfactor = 40);--> statement-breakpoint
-- Queue tables turn over completely: vacuum them by count, not by share.
ALTER TABLE "orq"."ready" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.2);--> statement-breakpoint
ALTER TABLE "orq"."claims" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);--> statement-breakpoint
ALTER TABLE "orq"."workers" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
