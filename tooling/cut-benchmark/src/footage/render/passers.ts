import { createRandom } from '../../random.ts';
import { anyColour, some, tones } from '../families/family.ts';
import type { Disturbance } from '../plan/disturbance.ts';
import type { FieldBank } from '../scene/field-bank.ts';
import { hsv, ramp } from '../scene/palette.ts';
import { drawSprite, type Sprite, type SpriteShape } from '../scene/sprite.ts';
import { drawSpriteAt } from './draw-sprite.ts';
import type { Picture } from './picture.ts';

type Passing = Extract<Disturbance, { kind: 'occluder' | 'fast-object' | 'flicker' }>;

/** Something that comes into the picture for a while, with what it looks like. */
export interface Passer {
  disturbance: Passing;
  sprite: Sprite;
}

/** What the disturbances bring into the picture, drawn once. */
export function passersOf(disturbances: readonly Disturbance[], bank: FieldBank): Passer[] {
  return disturbances.flatMap((disturbance): Passer[] => {
    switch (disturbance.kind) {
      case 'occluder':
      case 'fast-object':
        return [{ disturbance, sprite: drawPasser(disturbance, bank) }];
      case 'flicker':
        return disturbance.fireball ? [{ disturbance, sprite: drawFire(disturbance.seed, bank) }] : [];
      default:
        return [];
    }
  });
}

function drawPasser(
  disturbance: Extract<Disturbance, { kind: 'occluder' | 'fast-object' }>,
  bank: FieldBank,
): Sprite {
  const random = createRandom(disturbance.seed);
  const isClose = disturbance.kind === 'occluder';
  const shape: SpriteShape = random.pick(
    isClose ? ['slab', 'slab', 'blob', 'head'] : ['vehicle', 'blob', 'figure'],
  );
  const colours =
    isClose && disturbance.dark
      ? tones(random, random.between(0, 360), 0.3, [0.02, 0.18])
      : anyColour(random);
  return drawSprite(shape, random, some(random, bank, isClose ? 'clouds' : 'stones'), colours);
}

function drawFire(seed: number, bank: FieldBank): Sprite {
  const random = createRandom(seed);
  return drawSprite(
    'glow',
    random,
    bank.field('clouds', seed),
    ramp(hsv(12, 0.9, 0.5), hsv(30, 0.9, 1), hsv(50, 0.3, 1)),
  );
}

/** @param frame of the shot, not necessarily whole */
export function drawPassers(picture: Picture, passers: readonly Passer[], frame: number): void {
  for (const { disturbance, sprite } of passers) {
    const gone = (frame - disturbance.from) / disturbance.frames;
    if (gone < 0 || gone >= 1) continue;
    if (disturbance.kind === 'flicker') burn(picture, disturbance.seed, sprite, gone, frame);
    else pass(picture, disturbance, sprite, gone);
  }
}

/** From beyond one edge to beyond the other. `size` is in heights of the picture. */
function pass(
  picture: Picture,
  { direction, size }: Extract<Disturbance, { kind: 'occluder' | 'fast-object' }>,
  sprite: Sprite,
  gone: number,
): void {
  const { width, height } = picture;
  const high = size * height;
  const wide = high * Math.max(1, Math.abs(direction[0]) * 1.4);
  const along = 2 * gone - 1;
  drawSpriteAt(picture, sprite, {
    x: width / 2 + (direction[0] * along * (width + wide)) / 2,
    y: height / 2 + (direction[1] * along * (height + high)) / 2,
    width: wide,
    height: high,
  });
}

function burn(picture: Picture, seed: number, sprite: Sprite, gone: number, frame: number): void {
  const random = createRandom(seed);
  const x = picture.width * random.between(0.25, 0.75);
  const y = picture.height * random.between(0.35, 0.75);
  const flame = createRandom(seed + Math.floor(frame));
  const size = picture.height * (0.3 + 2.2 * Math.sqrt(gone)) * flame.between(0.85, 1.1);
  const place = {
    width: size * 1.25,
    height: size,
    opacity: (gone < 0.6 ? 1 : (1 - gone) / 0.4) * flame.between(0.7, 1),
  };
  drawSpriteAt(picture, sprite, { x, y, ...place });
}
