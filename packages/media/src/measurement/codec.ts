import { z } from 'zod';
import { CELLS, HISTOGRAM_BINS } from '../features/descriptor.ts';
import { FRAME_FIGURES, FrameTable } from '../features/frame-table.ts';
import type { Measurement } from './measurement.ts';

/** Raised whenever a frame would be measured otherwise: parts measured by different versions must not be joined. */
const VERSION = 3;

const GLIMPSE_FLOATS = CELLS.luma + HISTOGRAM_BINS;

const count = z.int().min(0);
const figure = z.number();
const Header = z.object({
  version: z.literal(VERSION),
  frames: count,
  damaged: z.boolean(),
  cuts: z.array(
    z.object({
      frame: count,
      mixed: count,
      before: count,
      after: count,
      separation: figure,
      motion: figure,
      calmMotion: figure,
      colour: figure,
      colourMotion: figure,
      structure: figure,
      structureMotion: figure,
      litStructure: figure,
      comeback: figure,
      lateComeback: figure,
      lighting: figure,
      coverage: figure,
    }),
  ),
  graduals: z.array(
    z.object({
      from: count,
      to: count,
      distance: figure,
      correlation: figure,
      colour: figure,
      fromBlank: z.boolean(),
      toBlank: z.boolean(),
      varianceRatio: figure,
      unevenness: figure,
      residual: figure,
      gain: figure,
      detailGain: figure,
      coherence: figure,
      patchUnevenness: figure,
      neither: figure,
      jerk: figure,
      unrest: figure,
      comeback: figure,
      colourComeback: figure,
    }),
  ),
  glimpses: z.array(z.object({ frame: count, mean: figure, variance: figure })),
});

/**
 * A measurement as bytes, about 36 a frame: the length of the header (uint32), the header (JSON), timestamps (float64), the
 * columns of the table (float32), the cells and histograms of the glimpses (float32); all little-endian.
 */
export function encodeMeasurement({ timestampsMs, damaged, table, evidence }: Measurement): Uint8Array {
  const header = new TextEncoder().encode(
    JSON.stringify({
      version: VERSION,
      frames: table.length,
      damaged,
      // JSON has no Infinity: a boundary at the end of the video has nothing after it.
      cuts: evidence.cuts.map((cut) => ({
        ...cut,
        comeback: Math.min(cut.comeback, Number.MAX_VALUE),
        lateComeback: Math.min(cut.lateComeback, Number.MAX_VALUE),
      })),
      graduals: evidence.graduals,
      glimpses: evidence.glimpses.map(({ frame, mean, variance }) => ({ frame, mean, variance })),
    } satisfies z.input<typeof Header>),
  );
  const floats = FRAME_FIGURES.length * table.length + GLIMPSE_FLOATS * evidence.glimpses.length;
  const bytes = new Uint8Array(4 + header.length + 8 * table.length + 4 * floats);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.length, true);
  bytes.set(header, 4);
  let at = 4 + header.length;
  for (const ms of timestampsMs) {
    view.setFloat64(at, ms, true);
    at += 8;
  }
  const columns = FRAME_FIGURES.map((name) => table[name].view());
  const pictures = evidence.glimpses.flatMap(({ cells, histogram }) => [cells, histogram]);
  for (const values of [...columns, ...pictures]) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}

/** @throws Error where the bytes are no measurement, or one of another version */
export function decodeMeasurement(bytes: Uint8Array): Measurement {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = bytes.length < 4 ? 0 : view.getUint32(0, true);
  const parsed = Header.safeParse(parseJson(bytes.subarray(4, 4 + headerBytes)));
  if (!parsed.success) throw new Error('These bytes are no measurement of this version of @orq/media.');
  const { frames, damaged, cuts, graduals, glimpses } = parsed.data;
  const floats = FRAME_FIGURES.length * frames + GLIMPSE_FLOATS * glimpses.length;
  if (bytes.length !== 4 + headerBytes + 8 * frames + 4 * floats) {
    throw new Error(`A measurement of ${frames} frames has another length than ${bytes.length} bytes.`);
  }

  let at = 4 + headerBytes;
  const timestampsMs = new Float64Array(frames);
  for (let i = 0; i < frames; i += 1, at += 8) timestampsMs[i] = view.getFloat64(at, true);
  const readFloats = (length: number) => {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i += 1, at += 4) values[i] = view.getFloat32(at, true);
    return values;
  };
  const table = new FrameTable();
  for (const name of FRAME_FIGURES) table[name].append(readFloats(frames));
  return {
    timestampsMs,
    damaged,
    table,
    evidence: {
      cuts,
      graduals,
      glimpses: glimpses.map(({ frame, mean, variance }) => {
        const cells = readFloats(CELLS.luma);
        return { frame, mean, variance, cells, histogram: readFloats(HISTOGRAM_BINS) };
      }),
    },
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
