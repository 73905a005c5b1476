import type { FamilyName } from '../families/index.ts';
import type { Disturbance } from './disturbance.ts';

export type DissolveEasing = 'even' | 'eased';
export type WipeGeometry =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'diagonal'
  | 'iris-open'
  | 'iris-close'
  | 'clock'
  | 'barn-door'
  | 'blinds';

/** What makes a cut harder to find than others. */
export type CutCondition =
  'plain' | 'similar' | 'dark' | 'fast-motion' | 'short-shot' | 'beside-flash' | 'under-caption';

/** How one shot gives way to the next. Lengths are the numbers of frames that show neither shot purely. */
export type TransitionPlan =
  | { kind: 'cut'; condition: CutCondition }
  | { kind: 'dissolve'; frames: number; easing: DissolveEasing }
  /** The old picture goes in `out` frames, the colour stays for `hold`, the new one comes in `in`; `in` may be 0. */
  | { kind: 'fade'; colour: 'black' | 'white'; out: number; hold: number; in: number }
  | { kind: 'wipe'; frames: number; geometry: WipeGeometry; softness: number };

/** Where the camera is and how it moves: texels, seconds. */
export interface CameraPlan {
  at: readonly [number, number];
  /** Texels a second. */
  pan: readonly [number, number];
  zoom: number;
  /** Factor a second. */
  zoomRate: number;
  /** How far a hand sways it, in texels. */
  sway: number;
  seed: number;
}

export interface ShotPlan {
  family: FamilyName;
  /** Shots of one seed and family show the same place. */
  sceneSeed: number;
  camera: CameraPlan;
  /** How many seconds the actors have been moving when it begins. */
  actorsAt: number;
  /** Frames that show this shot alone. Those of the transitions on either side come on top. */
  frames: number;
  /** Multiplies how bright the place is taken. */
  exposure: number;
  /** Multiplies the sensor's noise. */
  noise: number;
  /** What happens that is no transition; times in frames after the last of the transition it comes in by. */
  disturbances: readonly Disturbance[];
}

export interface Encoding {
  encoder: 'libx264' | 'libx265' | 'mpeg4' | 'mpeg2video' | 'libvpx' | 'libvpx-vp9';
  /** Arguments of ffmpeg after `-c:v ENCODER`. */
  args: readonly string[];
  container: 'mp4' | 'mkv' | 'webm';
}

export type VideoKind = 'cuts' | 'gradual' | 'distractors' | 'hard-cases' | 'mixed';

/** A video as data: everything that decides its pixels, so that the same plan gives the same frames. */
export interface VideoPlan {
  /** Its file's name. */
  name: string;
  kind: VideoKind;
  /** In pixels, even. */
  width: number;
  height: number;
  /** Frames a second as a fraction. */
  fps: readonly [number, number];
  encoding: Encoding;
  bankSeed: number;
  letterbox: boolean;
  /** A station's sign in a corner, over all shots. */
  logo: boolean;
  /** At least one. */
  shots: readonly ShotPlan[];
  /** One fewer than the shots. */
  transitions: readonly TransitionPlan[];
}

export function transitionFrames(transition: TransitionPlan): number {
  switch (transition.kind) {
    case 'cut':
      return 0;
    case 'fade':
      return transition.out + transition.hold + transition.in;
    default:
      return transition.frames;
  }
}
