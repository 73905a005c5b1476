import type { Sprite } from './sprite.ts';
import type { Texture } from './texture.ts';

/** A surface that fills the view, some way off. The farthest comes first. */
export interface Layer {
  texture: Texture;
  /** How far it moves with the camera: 1 as the actors do, less behind them, more before them. */
  parallax: number;
  /** Texels a second that it moves by itself: clouds, water. */
  drift: readonly [number, number];
}

/** Something that moves through the scene. Places and sizes in texels from the middle of the view at rest. */
export interface Actor {
  sprite: Sprite;
  at: readonly [number, number];
  /** Texels a second. It turns back at `reach` texels from the middle. */
  velocity: readonly [number, number];
  reach: number;
  size: readonly [number, number];
  /** It sways by so many texels, so many times a second. */
  sway: { by: number; hz: number; phase: number };
}

export interface Scene {
  layers: readonly Layer[];
  actors: readonly Actor[];
  /** What hides the actors: drawn after them. */
  foreground: readonly Layer[];
  /** How bright it is taken: 1 as painted, 0.2 at night. */
  exposure: number;
  /** Standard deviation of the sensor's noise, in levels of luma. */
  noise: number;
  /** How much darker the corners are, 0 to 1. */
  vignette: number;
}
