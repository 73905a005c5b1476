import type { ClipResource, CutAnalysisResult, RenderState, VideoResource } from '@orq/contracts';
import Table from 'cli-table3';

/** `1:02.480`: minutes, seconds and ms. */
export function clock(ms: number): string {
  const seconds = ((ms % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return `${Math.floor(ms / 60_000)}:${seconds}`;
}

const score = (value: number) => value.toFixed(2);

/** The clips, one a row, with the parts of their score. */
export function clipTable(clips: readonly ClipResource[]): string {
  const table = new Table({
    head: ['clip', 'start', 'end', 'length', 'score', 'sharp', 'colour', 'exposure', 'contrast', 'motion'],
    style: { head: [], border: [] },
    colAligns: Array.from({ length: 10 }, () => 'right' as const),
  });
  clips.forEach(({ start_ms, end_ms, visual_score, score_parts: parts }, index) => {
    const { sharpness, colourfulness, exposure, contrast, motion } = parts;
    const times = [clock(start_ms), clock(end_ms), `${((end_ms - start_ms) / 1000).toFixed(2)} s`];
    const scores = [visual_score, sharpness, colourfulness, exposure, contrast, motion].map(score);
    table.push([index + 1, ...times, ...scores]);
  });
  return table.toString();
}

/** Where to look at what was rendered: a line for each clip, and one for each sheet. */
export function mediaLines(
  url: string,
  { sheets, contact_sheet, storyboard }: Pick<VideoResource, 'sheets' | 'contact_sheet' | 'storyboard'>,
  clips: readonly ClipResource[],
): string {
  const where = (path: string | null | undefined, render: RenderState | null) =>
    path ? url + path : `not rendered${render ? `: see ${url}/jobs/${render.job_id}` : ''}`;
  const lines = [
    ...clips.map(({ media_url, render }, i) => [`clip ${i + 1}`, where(media_url, render)]),
    ['contact sheet', where(contact_sheet?.url, sheets)],
    ['storyboard', where(storyboard?.url, sheets)],
  ];
  return lines.map(([name = '', address]) => `${name.padEnd(14)} ${address}`).join('\n');
}

/** A cut counts as found where a shot begins at most this far from it: one frame at 25 frames a second. In ms. */
const TOLERANCE_MS = 40;

export interface CutCheck {
  allFound: boolean;
  /** One line for people. */
  summary: string;
}

/** Holds the shots that were found against the cuts that are known to be there. */
export function checkCuts(knownMs: readonly number[], shots: CutAnalysisResult['shots']): CutCheck {
  const foundMs = shots.slice(1).map((shot) => shot.start_ms);
  const near = (a: number) => (b: number) => Math.abs(a - b) <= TOLERANCE_MS;
  const missed = knownMs.filter((known) => !foundMs.some(near(known)));
  const invented = foundMs.filter((found) => !knownMs.some(near(found)));
  const faults = [
    missed.length > 0 ? `missed: ${missed.map(clock).join(', ')}` : '',
    invented.length > 0 ? `not there: ${invented.map(clock).join(', ')}` : '',
  ].filter(Boolean);
  const allFound = faults.length === 0;
  const summary = allFound
    ? `All ${knownMs.length} known cuts were found, and no other.`
    : `${knownMs.length - missed.length} of ${knownMs.length} known cuts were found (${faults.join('; ')}).`;
  return { allFound, summary };
}
