import { FrameTable } from '../features/frame-table.ts';
import type { ShotEvidence } from '../shots/evidence.ts';

/** What one decoding pass over a video, or over a segment of it, leaves: all that the analysis is concluded from. */
export interface Measurement {
  /** Presentation time of each frame in ms after the container's start; NaN where the stream gives none. */
  timestampsMs: Float64Array;
  /** Whether ffmpeg reported damage on the way: frames may be missing. */
  damaged: boolean;
  table: FrameTable;
  /** Its frames are indexes into the table. */
  evidence: ShotEvidence;
  /** How many of its frames were not decoded, where some were not: see `measureQuiet`. */
  skippedFrames?: number;
}

/** The part of a measurement from frame `from` (included) to frame `to` (not included). */
export function sliceMeasurement(whole: Measurement, from: number, to: number): Measurement {
  const table = new FrameTable();
  table.append(whole.table, from, to);
  const within = (frame: number) => frame >= from && frame < to;
  const { cuts, graduals, glimpses } = whole.evidence;
  return {
    timestampsMs: whole.timestampsMs.slice(from, to),
    damaged: whole.damaged,
    table,
    evidence: shiftEvidence(
      {
        cuts: cuts.filter(({ frame }) => within(frame)),
        graduals: graduals.filter((gradual) => within(gradual.from)),
        glimpses: glimpses.filter(({ frame }) => within(frame)),
      },
      -from,
    ),
  };
}

/** Puts the measurements of a video's segments, in order, together to that of the video. */
export function joinMeasurements(parts: readonly Measurement[]): Measurement {
  const table = new FrameTable();
  const evidence: ShotEvidence = { cuts: [], graduals: [], glimpses: [] };
  const timestampsMs = new Float64Array(parts.reduce((sum, part) => sum + part.table.length, 0));
  for (const part of parts) {
    const offset = table.length;
    timestampsMs.set(part.timestampsMs, offset);
    table.append(part.table);
    const shifted = shiftEvidence(part.evidence, offset);
    evidence.cuts.push(...shifted.cuts);
    evidence.graduals.push(...shifted.graduals);
    evidence.glimpses.push(...shifted.glimpses);
  }
  return { timestampsMs, damaged: parts.some(({ damaged }) => damaged), table, evidence };
}

function shiftEvidence({ cuts, graduals, glimpses }: ShotEvidence, by: number): ShotEvidence {
  return {
    cuts: cuts.map((cut) => ({ ...cut, frame: cut.frame + by })),
    graduals: graduals.map((fit) => ({ ...fit, from: fit.from + by, to: fit.to + by })),
    glimpses: glimpses.map((glimpse) => ({ ...glimpse, frame: glimpse.frame + by })),
  };
}
