import type { FamilyName } from '../families/index.ts';
import type { DissolveEasing, WipeGeometry } from './video-plan.ts';

/** The half that detectors may be tuned on, and the half that is only ever scored. */
export type Split = 'dev' | 'test';

/** What the two halves have each for itself, beside their seeds: places, effects and ranges. */
export interface Style {
  families: readonly [FamilyName, ...FamilyName[]];
  wipes: readonly [WipeGeometry, ...WipeGeometry[]];
  easings: readonly [DissolveEasing, ...DissolveEasing[]];
  /** Frames that a transition may take. */
  dissolve: readonly [number, number];
  wipe: readonly [number, number];
  /** Frames in which a fade goes, and in which it comes. */
  fade: readonly [number, number];
  hold: readonly [number, number];
  flash: readonly [number, number];
  /** Size of what hides the picture, in heights of it. */
  occluder: readonly [number, number];
  /** Texels of a whip pan. */
  whip: readonly [number, number];
  /** Texels a second of an ordinary pan. */
  pan: readonly [number, number];
  zoom: readonly [number, number];
}

export const STYLES: Record<Split, Style> = {
  dev: {
    families: ['landscape', 'interior', 'portrait', 'woods', 'night'],
    wipes: ['left', 'right', 'up', 'iris-open', 'barn-door'],
    easings: ['even'],
    dissolve: [6, 48],
    wipe: [8, 40],
    fade: [5, 26],
    hold: [1, 14],
    flash: [1, 3],
    occluder: [1.5, 2.4],
    whip: [350, 700],
    pan: [10, 60],
    zoom: [0.85, 1.4],
  },
  test: {
    families: ['seascape', 'street', 'crowd', 'stage', 'aerial', 'closeup'],
    wipes: ['left', 'down', 'diagonal', 'clock', 'iris-close', 'blinds'],
    easings: ['even', 'even', 'eased'],
    dissolve: [8, 60],
    wipe: [6, 45],
    fade: [4, 24],
    hold: [0, 20],
    flash: [2, 4],
    occluder: [1.3, 2.8],
    whip: [250, 850],
    pan: [15, 75],
    zoom: [0.8, 1.6],
  },
};
