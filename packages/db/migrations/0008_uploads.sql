CREATE TABLE "orq"."upload_pieces" (
	"upload_id" uuid NOT NULL,
	"offset_bytes" bigint NOT NULL,
	"bytes" bigint NOT NULL,
	"storage_key" text NOT NULL,
	CONSTRAINT "upload_pieces_pkey" PRIMARY KEY("upload_id","offset_bytes")
);
--> statement-breakpoint
CREATE TABLE "orq"."uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"protocol" text NOT NULL,
	"title" text NOT NULL,
	"filename" text NOT NULL,
	"content_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text,
	"clips" jsonb,
	"metadata" jsonb,
	"job_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "orq"."upload_pieces" ADD CONSTRAINT "upload_pieces_upload_id_uploads_id_fk" FOREIGN KEY ("upload_id") REFERENCES "orq"."uploads"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "uploads_expiry" ON "orq"."uploads" USING btree ("expires_at");