import { bars } from '../scene/texture.ts';
import { actors, anyColour, type Family, layer, skin, some, tones } from './family.ts';

/** A room: furniture along a wall, people in the middle, perhaps a pillar before them. */
export const interior: Family = (random, bank) => {
  const wall = random.between(15, 60) + (random.chance(0.3) ? 170 : 0);
  return {
    layers: [
      layer(
        random,
        {
          of: [
            [some(random, bank, 'blocks'), 3],
            [some(random, bank, 'grain'), 0.5],
            [some(random, bank, 'clouds'), 1],
          ],
          ramp: tones(random, wall, random.between(0.15, 0.5), [0.12, random.between(0.6, 0.95)]),
          other: {
            ramp: tones(random, random.between(0, 360), 0.5, [0.1, 0.75]),
            where: some(random, bank, 'blocks'),
            above: random.int(165, 215),
          },
        },
        { parallax: 0.7 },
      ),
    ],
    actors: [
      ...actors(random, bank, {
        count: random.int(1, 3),
        shapes: ['figure'],
        detail: 'streaks',
        colours: anyColour,
        size: [120, 210],
        speed: 30,
        down: [10, 50],
        aside: 150,
      }),
      ...actors(random, bank, {
        count: random.int(0, 2),
        shapes: ['head'],
        detail: 'rough',
        colours: skin,
        size: [100, 170],
        speed: 12,
        down: [40, 70],
        aside: 120,
      }),
    ],
    foreground: random.chance(0.35)
      ? [
          layer(
            random,
            {
              of: [[some(random, bank, 'streaks'), 1]],
              ramp: tones(random, wall, 0.4, [0.04, 0.3]),
              alpha: bars(some(random, bank, 'clouds'), {
                width: random.int(20, 50),
                gap: random.int(400, 700),
                wobble: 0,
              }),
            },
            { parallax: 1.6 },
          ),
        ]
      : [],
    exposure: random.between(0.7, 1),
    noise: random.between(1.2, 3),
    vignette: random.between(0.1, 0.35),
  };
};
