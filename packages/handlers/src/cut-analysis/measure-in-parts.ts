import { cutAnalysisPart } from '@orq/contracts/jobs/cut-analysis-part';
import { joinMeasurements, type Measurement, type Segment } from '@orq/media';
import {
  CancelledError,
  DeadlineError,
  type JobContext,
  type JobStanding,
  LeaseLostError,
  PermanentError,
  type Queue,
  ShutdownError,
} from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import { noteSplit, readPart, removeParts } from './part-storage.ts';
import { toInput } from './segment-input.ts';

export interface SplitVideo {
  videoAssetId: string;
  /** Its segments, in order. */
  segments: readonly Segment[];
  durationMs: number;
}

interface Deps {
  queue: Queue;
  storage: ObjectStore;
}

type Context = Pick<JobContext<unknown>, 'job' | 'signal' | 'progress' | 'log' | 'lendSlot'>;

/** How long the parts of an analysis that has come to nothing may take to end. In ms. */
const PARTS_END_MS = 5_000;

/**
 * Has each segment of a video measured by a job of its own, which any worker takes, and waits for them with the slot lent. What
 * an earlier run of this job has come to is found again: parts under way by their keys, those that are done in storage. What
 * they leave there goes when this job has come to nothing; once it is of use, the caller removes it.
 *
 * @returns null where the video is damaged: what a part has around it is then not what the whole has there
 * @throws {PermanentError} with the reason of a part that has failed, at once
 */
export async function measureInParts(
  video: SplitVideo,
  context: Context,
  deps: Deps,
): Promise<Measurement | null> {
  const { job } = context;
  const { queue, storage } = deps;
  const { segments } = video;
  const read = (segment: Segment) => readPart(storage, job.id, segment);

  await noteSplit(storage, job.id);
  const known = await Promise.all(segments.map(read));
  const missing = segments.filter((_, index) => !known[index]);
  const partJobs = await Promise.all(missing.map((segment) => enqueuePart(segment, video, context, queue)));
  try {
    const isIntact = await context.lendSlot(() => untilMeasured(partJobs, video, context, queue));
    if (!isIntact) {
      await abandonParts(partJobs, context, deps);
      return null;
    }
    const parts = await Promise.all(segments.map(async (segment, index) => known[index] ?? read(segment)));
    return joinMeasurements(parts.map(assertThere));
  } catch (error) {
    if (isLastRun(error, context)) await abandonParts(partJobs, context, deps);
    throw error;
  }
}

interface PartJob {
  id: string;
  segment: Segment;
}

/** Right behind its analysis, before what came later: else many analyses begin before any of them can end. */
async function enqueuePart(
  segment: Segment,
  { videoAssetId }: SplitVideo,
  { job }: Context,
  queue: Queue,
): Promise<PartJob> {
  const input = { analysis_job_id: job.id, video_asset_id: videoAssetId, segment: toInput(segment) };
  const { id } = await queue.enqueue(cutAnalysisPart, input, {
    uniqueKey: `${job.id} ${segment.index} ${segment.startMs} ${segment.endMs}`,
    queue: job.queue,
    priority: job.priority,
    runAt: new Date(Math.ceil(job.dueMs)),
    maxAttempts: job.maxAttempts,
    tags: [`cut_analysis:${job.id}`],
  });
  return { id, segment };
}

/**
 * Waits for the parts, and tells how far all of them have come, weighted by their lengths.
 *
 * @returns false as soon as one tells of damage
 */
async function untilMeasured(
  partJobs: readonly PartJob[],
  { durationMs }: SplitVideo,
  { signal, progress }: Context,
  queue: Queue,
): Promise<boolean> {
  const lengthOf = ({ startMs, endMs }: Segment) => Math.min(endMs, durationMs) - Math.max(startMs, 0);
  const ids = partJobs.map(({ id }) => id);
  for await (const standings of queue.follow(ids, { signal })) {
    standings.forEach(failWithPart);
    if (standings.some(tellsOfDamage)) return false;
    const leftMs = partJobs.reduce(
      (sum, { segment }, index) => sum + lengthOf(segment) * (1 - (standings[index]?.progress ?? 0)),
      0,
    );
    progress(1 - leftMs / durationMs);
  }
  return true;
}

const tellsOfDamage = ({ outcome, result }: JobStanding) =>
  outcome === 'completed' && !cutAnalysisPart.output.parse(result).intact;

function failWithPart({ outcome, error }: JobStanding): void {
  if (outcome === 'failed') throw new PermanentError(error ?? 'A part of the video could not be measured');
  if (outcome === 'cancelled') throw new PermanentError('The analysis of a part of the video was cancelled');
}

function assertThere(part: Measurement | null): Measurement {
  if (part) return part;
  throw new Error('What was measured of a part is gone from storage; the next attempt measures it again');
}

/** Whether no other run of this job follows, that could go on with what its parts have come to. */
function isLastRun(error: unknown, { job, signal }: Context): boolean {
  const reason: unknown = signal.reason;
  if (reason instanceof ShutdownError || reason instanceof LeaseLostError) return false;
  if (reason instanceof CancelledError || reason instanceof DeadlineError) return true;
  return error instanceof PermanentError || job.attempt >= job.maxAttempts;
}

/** Ends the parts, and only then removes what they left. What cannot be done here, the parts and the sweep do. */
async function abandonParts(
  partJobs: readonly PartJob[],
  { job, log }: Context,
  { queue, storage }: Deps,
): Promise<void> {
  const ids = partJobs.map(({ id }) => id);
  try {
    await Promise.all(ids.map((id) => queue.cancel(id)));
    await queue.settled(ids, { signal: AbortSignal.timeout(PARTS_END_MS) });
    await removeParts(storage, job.id);
  } catch (error) {
    log.warn({ err: error }, 'the parts of the analysis could not be cleared away');
  }
}
