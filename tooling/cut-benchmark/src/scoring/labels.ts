import { z } from 'zod';

/** A stretch of frames, 0-based indexes, both ends included. */
export interface Stretch {
  from: number;
  to: number;
}

export const GRADUAL_KINDS = ['dissolve', 'fade', 'wipe'] as const;
export type GradualKind = (typeof GRADUAL_KINDS)[number];

export interface LabelledGradual extends Stretch {
  /** Undefined where the labels do not say. */
  kind: GradualKind | undefined;
}

/** What is known of a video. What is undefined was not labelled, and is not judged. */
export interface Label {
  /** Frames a second. */
  fps: number;
  /** The first frame of each shot that begins by a cut. */
  hard: number[] | undefined;
  gradual: LabelledGradual[] | undefined;
  /** As `hard`, but found by another detector, not by people. */
  peerCuts: number[] | undefined;
  /** What a cut is like, by its frame: for the figures of each condition. */
  hardConditions: Record<string, string>;
  /** Stretches that may be taken for boundaries and hold none. */
  distractors: (Stretch & { kind: string })[];
}

const frame = z.int().min(0).max(1e9);
const ms = z.number().min(0).max(1e12);

const Gradual = z
  .union([
    z.tuple([frame, frame]).transform(([from, to]) => ({ from, to, kind: undefined })),
    z.object({ from: frame, to: frame, kind: z.string().optional() }),
    z
      .object({ start: frame, end: frame, kind: z.string().optional() })
      .transform(({ start, end, kind }) => ({ from: start, to: end, kind })),
  ])
  .refine(({ from, to }) => from <= to, 'ends before it begins');

const Entry = z.object({
  fps: z.number().positive().max(1000),
  hard: z.array(frame).optional(),
  gradual: z.array(Gradual).optional(),
  fades_to_black_ms: z.array(z.tuple([ms, ms])).optional(),
  peer_cuts: z.array(frame).optional(),
  hard_conditions: z.record(z.string(), z.string()).default({}),
  distractors: z.array(z.object({ from: frame, to: frame, kind: z.string() })).default([]),
});

export interface LabelledVideos {
  videos: Map<string, Label>;
  /** Videos that are listed without a label. */
  unlabelled: string[];
}

/**
 * Reads what a labels.json holds: `{ "name.mp4": { fps, hard?, gradual?, fades_to_black_ms?, peer_cuts?, ... } }`.
 * Other keys are ignored, and so are entries that are no objects with `fps`.
 *
 * @param json what JSON.parse gave
 * @throws {Error} that names the video and the key that is wrong
 */
export function parseLabels(json: unknown): LabelledVideos {
  const entries = z.record(z.string(), z.unknown()).safeParse(json);
  if (!entries.success)
    throw new Error('labels.json must hold an object: { "name.mp4": { "fps": 25, ... } }');
  const all: LabelledVideos = { videos: new Map(), unlabelled: [] };
  for (const [name, value] of Object.entries(entries.data)) {
    if (typeof value !== 'object' || value === null || !('fps' in value)) continue;
    const entry = Entry.safeParse(value);
    if (!entry.success) throw new Error(`labels.json, "${name}": ${describe(entry.error)}`);
    const label = toLabel(entry.data);
    if (label.hard ?? label.gradual ?? label.peerCuts) all.videos.set(name, label);
    else all.unlabelled.push(name);
  }
  return all;
}

const describe = ({ issues }: z.ZodError) =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');

function toLabel(entry: z.infer<typeof Entry>): Label {
  const { fps, hard, gradual, fades_to_black_ms: fadesMs, peer_cuts: peerCuts } = entry;
  const isKind = (kind: string | undefined): kind is GradualKind =>
    GRADUAL_KINDS.some((known) => known === kind);
  const typed = gradual?.map(({ from, to, kind }) => ({ from, to, kind: isKind(kind) ? kind : undefined }));
  const fades = fadesMs?.map(([from, to]) => ({
    from: Math.floor((from * fps) / 1000),
    to: Math.ceil((to * fps) / 1000),
    kind: 'fade' as const,
  }));
  return {
    fps,
    hard: hard && [...new Set(hard)],
    gradual: typed || fades ? [...(typed ?? []), ...(fades ?? [])] : undefined,
    peerCuts: peerCuts && [...new Set(peerCuts)],
    hardConditions: entry.hard_conditions,
    distractors: entry.distractors,
  };
}
