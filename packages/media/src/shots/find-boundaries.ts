import type { FrameTable } from '../features/frame-table.ts';
import { decideCuts } from './decide-cuts.ts';
import { decideGraduals } from './decide-graduals.ts';
import type { ShotEvidence } from './evidence.ts';
import { findBlanks } from './fades.ts';
import type { Boundary } from './shot.ts';

/** Frames around a blank in which a cut is only its edge. */
const MARGIN = 2;

/** Between two gradual transitions, fewer frames than these are part of one: through a white frame, or a blur. */
const SHORTEST_SHOT = 4;

/**
 * Decides where new shots begin. Where the kinds disagree, fades outweigh dissolves and wipes, and these the cuts within
 * them; but a cut that stands out within a dissolve shows that it was none.
 *
 * @returns the boundaries in order; the first shot has none
 */
export function findBoundaries(table: FrameTable, evidence: ShotEvidence): Boundary[] {
  const blanks = findBlanks(table, evidence.glimpses);
  const inBlank = (frame: number) =>
    blanks.some(({ from, to }) => frame > from - MARGIN && frame < to + MARGIN);
  const cuts = decideCuts(evidence.cuts).filter((cut) => !inBlank(cut));
  const graduals = decideGraduals(evidence.graduals).filter(
    ({ from, to }) =>
      !blanks.some((blank) => from < blank.to && to > blank.from) &&
      !cuts.some((cut) => cut > from && cut <= to),
  );
  const boundaries = [
    ...cuts.map((frame): Boundary => ({ frame, transition: 'cut', from: frame, to: frame })),
    ...graduals,
    ...blanks.flatMap((blank) => blank.boundaries),
  ].sort((a, b) => a.frame - b.frame);
  return joinTransitions(boundaries);
}

/** Makes one transition of two that leave no time for a shot between them. */
function joinTransitions(boundaries: readonly Boundary[]): Boundary[] {
  const joined: Boundary[] = [];
  for (const next of boundaries) {
    const last = joined.at(-1);
    const isJoint =
      last && last.transition !== 'cut' && next.transition !== 'cut' && next.from - last.to < SHORTEST_SHOT;
    if (isJoint) joined[joined.length - 1] = { ...next, from: last.from };
    else joined.push(next);
  }
  return joined;
}
