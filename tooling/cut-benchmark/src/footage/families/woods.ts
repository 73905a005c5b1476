import { above, bars } from '../scene/texture.ts';
import { actors, anyColour, type Family, layer, some, tones } from './family.ts';

/** Leaves and trunks at three distances. */
export const woods: Family = (random, bank) => {
  const hue = random.between(60, 130);
  return {
    layers: [
      layer(
        random,
        {
          of: [
            [some(random, bank, 'foliage'), 2],
            [some(random, bank, 'clouds'), 2],
          ],
          ramp: tones(random, hue, random.between(0.3, 0.7), [0.08, random.between(0.6, 1)]),
          shade: (down) => 0.15 - 0.3 * Math.abs(1 - 2 * down),
        },
        { parallax: 0.5 },
      ),
      layer(
        random,
        {
          of: [[some(random, bank, 'streaks'), 1]],
          ramp: tones(random, 28, 0.35, [0.05, 0.45]),
          alpha: bars(some(random, bank, 'clouds'), {
            width: random.int(12, 34),
            gap: random.int(90, 220),
            wobble: 30,
          }),
        },
        { parallax: 0.85 },
      ),
    ],
    actors: actors(random, bank, {
      count: random.int(0, 3),
      shapes: ['figure', 'blob'],
      detail: 'rough',
      colours: anyColour,
      size: [40, 130],
      speed: 60,
      down: [20, 60],
      aside: 180,
    }),
    foreground: [
      layer(
        random,
        {
          of: [[some(random, bank, 'foliage'), 1]],
          ramp: tones(random, hue - 10, 0.6, [0.03, 0.5]),
          alpha: above(some(random, bank, 'clouds'), random.int(170, 205)),
        },
        { parallax: 1.4 },
      ),
    ],
    exposure: random.between(0.65, 1),
    noise: random.between(1, 2.6),
    vignette: random.between(0.05, 0.3),
  };
};
