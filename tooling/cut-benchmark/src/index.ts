export { planCostVideos } from './footage/plan/plan-cost.ts';
export { GENERATOR_VERSION, planSet } from './footage/plan/plan-set.ts';
export type { Split } from './footage/plan/style.ts';
export { totalFrames } from './footage/plan/timeline.ts';
export type { Encoding, VideoPlan } from './footage/plan/video-plan.ts';
export { renderVideo } from './footage/render/render-video.ts';
export { type Truth, truthOf } from './footage/truth.ts';
export type { QuietKind } from './quiet/quiet-kind.ts';
export { QUIET_KINDS, renderQuiet } from './quiet/render-quiet.ts';
export { type Counts, rates, type Share } from './scoring/counts.ts';
export { type Found, stretchOf } from './scoring/found.ts';
export {
  GRADUAL_KINDS,
  type GradualKind,
  type Label,
  type LabelledVideos,
  parseLabels,
} from './scoring/labels.ts';
export { matchVideo, type VideoMatch } from './scoring/match-video.ts';
export { addScores, emptyScore, type Score, scoreVideo } from './scoring/score.ts';
