import { belowHorizon } from '../scene/texture.ts';
import { actors, anyColour, type Family, layer, some, tones } from './family.ts';

/** House fronts, a road, traffic and people on foot. */
export const street: Family = (random, bank) => {
  const stone = random.between(10, 50);
  return {
    layers: [
      layer(
        random,
        {
          of: [
            [some(random, bank, 'bricks'), 2],
            [some(random, bank, 'blocks'), 2],
          ],
          ramp: tones(random, stone, random.between(0.1, 0.45), [0.15, random.between(0.7, 1)]),
          other: {
            ramp: tones(random, random.between(180, 240), 0.3, [0.05, 0.5]),
            where: some(random, bank, 'bricks'),
            above: random.int(150, 200),
          },
        },
        { parallax: 0.65 },
      ),
      layer(
        random,
        {
          of: [
            [some(random, bank, 'grain'), 1],
            [some(random, bank, 'ripples'), 2],
          ],
          ramp: tones(random, 220, 0.06, [0.15, random.between(0.4, 0.65)]),
          alpha: belowHorizon(some(random, bank, 'clouds'), random.between(0.6, 0.68), 0.02),
        },
        { parallax: 1 },
      ),
    ],
    actors: [
      ...actors(random, bank, {
        count: random.int(1, 4),
        shapes: ['vehicle'],
        detail: 'clouds',
        colours: anyColour,
        size: [35, 80],
        speed: 130,
        down: [45, 80],
        aside: 260,
      }),
      ...actors(random, bank, {
        count: random.int(1, 4),
        shapes: ['figure'],
        detail: 'streaks',
        colours: anyColour,
        size: [60, 130],
        speed: 30,
        down: [40, 70],
        aside: 200,
      }),
    ],
    foreground: [],
    exposure: random.between(0.75, 1.05),
    noise: random.between(0.8, 2.6),
    vignette: random.between(0, 0.25),
  };
};
