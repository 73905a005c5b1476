import type { Random } from '../../random.ts';
import type { FieldBank, FieldKind } from '../scene/field-bank.ts';
import { hsv, ramp, type Ramp } from '../scene/palette.ts';
import type { Actor, Layer, Scene } from '../scene/scene.ts';
import { drawSprite, type SpriteShape } from '../scene/sprite.ts';
import { paint, type Surface } from '../scene/texture.ts';

/** A kind of place: the same random source gives the same one. */
export type Family = (random: Random, bank: FieldBank) => Scene;

/** A field of this kind, whichever. */
export const some = (random: Random, bank: FieldBank, kind: FieldKind) =>
  bank.field(kind, random.int(0, 1000));

/** A layer that is shifted at random against its fields. */
export function layer(
  random: Random,
  surface: Omit<Surface, 'shift'>,
  { parallax, drift = [0, 0] }: Pick<Layer, 'parallax'> & Partial<Pick<Layer, 'drift'>>,
): Layer {
  return {
    texture: paint({ ...surface, shift: [random.int(0, 1023), random.int(0, 511)] }),
    parallax,
    drift,
  };
}

/** Dark to light in one hue, as most things are; `saturation` and the ends of `lightness` from 0 to 1. */
export function tones(
  random: Random,
  hue: number,
  saturation: number,
  lightness: readonly [number, number],
  spread = 18,
): Ramp {
  const [dark, light] = lightness;
  const near = () => hue + random.between(-spread, spread);
  return ramp(
    hsv(near(), saturation, dark),
    hsv(near(), saturation * random.between(0.8, 1), dark + (light - dark) * 0.45),
    hsv(near(), saturation * random.between(0.4, 0.8), light),
  );
}

export interface Cast {
  count: number;
  shapes: readonly [SpriteShape, ...SpriteShape[]];
  detail: FieldKind;
  colours: (random: Random) => Ramp;
  /** Least and greatest size in texels. */
  size: readonly [number, number];
  /** Greatest speed in texels a second. */
  speed: number;
  /** Least and greatest place downwards, from the middle of the view. */
  down: readonly [number, number];
  /** Greatest place sideways. */
  aside: number;
}

/** Actors of one kind. Those that are further down are nearer, and are drawn last. */
export function actors(random: Random, bank: FieldBank, cast: Cast): Actor[] {
  const made = Array.from({ length: cast.count }, (): Actor => {
    const shape = random.pick(cast.shapes);
    const size = random.between(...cast.size);
    const aspect = shape === 'figure' ? 0.5 : shape === 'vehicle' ? 1.9 : random.between(0.8, 1.25);
    return {
      sprite: drawSprite(shape, random, some(random, bank, cast.detail), cast.colours(random)),
      at: [random.between(-cast.aside, cast.aside), random.between(...cast.down)],
      velocity: [
        random.sign() * random.between(0.2, 1) * cast.speed,
        random.between(-0.12, 0.12) * cast.speed,
      ],
      reach: cast.aside * 1.15,
      size: [size * aspect, size],
      sway: { by: random.between(1, 5), hz: random.between(0.3, 1.8), phase: random.between(0, 6.28) },
    };
  });
  return made.sort((a, b) => a.at[1] + a.size[1] / 2 - (b.at[1] + b.size[1] / 2));
}

/** Any colour that clothes and cars have. */
export const anyColour = (random: Random): Ramp =>
  tones(random, random.between(0, 360), random.between(0.15, 0.75), [
    random.between(0.05, 0.2),
    random.between(0.5, 0.95),
  ]);

export const skin = (random: Random): Ramp =>
  tones(random, random.between(12, 30), random.between(0.3, 0.6), [0.12, random.between(0.55, 0.95)], 5);
