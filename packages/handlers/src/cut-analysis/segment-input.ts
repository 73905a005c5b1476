import type { JobInput } from '@orq/contracts';
import type { cutAnalysisPart } from '@orq/contracts/jobs/cut-analysis-part';
import type { Segment } from '@orq/media';

type SegmentInput = JobInput<typeof cutAnalysisPart>['segment'];

const orNull = (ms: number) => (Number.isFinite(ms) ? ms : null);

/** A segment as JSON has it: without infinite times. */
export const toInput = ({ index, startMs, endMs, seekMs }: Segment): SegmentInput => ({
  index,
  start_ms: orNull(startMs),
  end_ms: orNull(endMs),
  seek_ms: orNull(seekMs),
});

export const toSegment = ({ index, start_ms, end_ms, seek_ms }: SegmentInput): Segment => ({
  index,
  startMs: start_ms ?? -Infinity,
  endMs: end_ms ?? Infinity,
  seekMs: seek_ms ?? -Infinity,
});
