interface Stretch {
  /** Frames after the shot stands alone. */
  from: number;
  frames: number;
}

/** What changes the picture and is no new shot. A detector that finds a boundary in it is wrong. */
export type Disturbance =
  /** A photographer's flash: bright at once, gone within `frames`. `strength` 0 to 1. */
  | (Stretch & { kind: 'flash'; strength: number })
  /** Flashes that come `period` frames apart. */
  | (Stretch & { kind: 'strobe'; period: number; strength: number })
  /** The light changes within `frames` and stays so: a gain, and a shift of chroma. */
  | (Stretch & { kind: 'lighting'; gain: number; tint: readonly [number, number] })
  /** Unsteady warm light; with a ball of fire that grows where `fireball`. */
  | (Stretch & { kind: 'flicker'; strength: number; fireball: boolean; seed: number })
  /** Something close to the lens passes, and hides most or all of the picture. */
  | (Stretch & {
      kind: 'occluder';
      dark: boolean;
      direction: readonly [number, number];
      size: number;
      seed: number;
    })
  /** Something large crosses fast. */
  | (Stretch & { kind: 'fast-object'; direction: readonly [number, number]; size: number; seed: number })
  | (Stretch & { kind: 'caption'; style: 'subtitle' | 'lower-third'; seed: number })
  /** The picture stands still and then goes on: from where it stood, or from where it would be. */
  | (Stretch & { kind: 'freeze'; skips: boolean })
  | (Stretch & { kind: 'shake'; by: number; seed: number })
  /** The camera swings round by so many texels. */
  | (Stretch & { kind: 'whip-pan'; by: readonly [number, number] })
  /** A fast zoom by a factor. */
  | (Stretch & { kind: 'zoom'; factor: number })
  /** The picture is thrown out of focus and comes back. */
  | (Stretch & { kind: 'defocus'; radius: number })
  /** A stretch in which the camera is held by hand. */
  | (Stretch & { kind: 'handheld' })
  /** A stretch that is dark and noisy. */
  | (Stretch & { kind: 'dark-noise' });

export type DisturbanceKind = Disturbance['kind'];
