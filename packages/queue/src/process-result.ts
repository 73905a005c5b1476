import type { ProcessResult } from '@orq/contracts';
import type { Sql } from '@orq/db';
import type { Execution } from './executor.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { readJob } from './sql/job.ts';

/** An execution as clients read it. Where its outcome was not this worker's to write, the job as it stands now. */
export async function processResult(sql: Sql, job: ClaimedJob, execution: Execution): Promise<ProcessResult> {
  const common = {
    processed: true as const,
    job_id: job.id,
    job_type: job.type,
    processing_time_ms: execution.durationMs,
  };
  switch (execution.status) {
    case 'released':
    case 'snoozed':
    case 'lost':
    case 'unsettled': {
      const now = await readJob(sql, job.id);
      const error = now?.error ?? execution.error;
      return { ...common, status: now?.status ?? 'failed', result: now?.result ?? null, error };
    }
    default: {
      const { status, result, error } = execution;
      return { ...common, status, result: result === null ? null : JSON.parse(result), error };
    }
  }
}
