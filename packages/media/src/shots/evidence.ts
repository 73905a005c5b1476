import type { CutEvidence } from './cut-evidence.ts';
import type { Glimpse } from './glimpse-keeper.ts';
import type { TransitionFit } from './transition-fit.ts';

/** All that a pass over a video keeps of what speaks for new shots, beside the table of its frames. Sparse. */
export interface ShotEvidence {
  cuts: CutEvidence[];
  graduals: TransitionFit[];
  glimpses: Glimpse[];
}
