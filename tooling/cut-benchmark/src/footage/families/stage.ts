import { hsv, ramp } from '../scene/palette.ts';
import { bars } from '../scene/texture.ts';
import { actors, anyColour, type Family, layer, some, tones } from './family.ts';

/** A dark stage: coloured beams, performers in the light. */
export const stage: Family = (random, bank) => {
  const hue = random.between(0, 360);
  return {
    layers: [
      layer(
        random,
        {
          of: [
            [some(random, bank, 'streaks'), 2],
            [some(random, bank, 'clouds'), 2],
          ],
          ramp: tones(random, hue, 0.75, [0.01, random.between(0.35, 0.6)], 40),
        },
        { parallax: 0.6 },
      ),
      layer(
        random,
        {
          of: [[some(random, bank, 'streaks'), 1]],
          ramp: ramp(hsv(hue + 120, 0.7, 0.3), hsv(hue + 150, 0.6, 0.8), hsv(hue + 180, 0.2, 1)),
          alpha: bars(some(random, bank, 'clouds'), {
            width: random.int(14, 40),
            gap: random.int(130, 330),
            wobble: 20,
            opacity: 0.5,
          }),
        },
        { parallax: 0.8, drift: [random.between(-14, 14), 0] },
      ),
    ],
    actors: actors(random, bank, {
      count: random.int(1, 4),
      shapes: ['figure', 'head'],
      detail: 'rough',
      colours: anyColour,
      size: [90, 190],
      speed: 55,
      down: [10, 55],
      aside: 160,
    }),
    foreground: [],
    exposure: random.between(0.55, 0.85),
    noise: random.between(2, 4.5),
    vignette: random.between(0.2, 0.5),
  };
};
