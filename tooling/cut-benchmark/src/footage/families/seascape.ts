import { hsv, ramp } from '../scene/palette.ts';
import { belowHorizon } from '../scene/texture.ts';
import { actors, anyColour, type Family, layer, some, tones } from './family.ts';

/** Water that moves, under a sky by day or at sunset. */
export const seascape: Family = (random, bank) => {
  const sunset = random.chance(0.4);
  const water = random.between(165, 225);
  const glint = layer(
    random,
    {
      of: [
        [some(random, bank, 'ripples'), 2],
        [some(random, bank, 'grain'), 0.7],
      ],
      ramp: tones(random, water, random.between(0.3, 0.7), [0.1, random.between(0.6, 1)]),
      alpha: belowHorizon(some(random, bank, 'clouds'), random.between(0.4, 0.6), 0.02),
    },
    { parallax: 0.9, drift: [random.between(-20, 20), random.between(-1, 1)] },
  );
  return {
    layers: [
      layer(
        random,
        {
          of: [[some(random, bank, 'clouds'), 1]],
          ramp: sunset
            ? ramp(hsv(260, 0.4, 0.35), hsv(20, 0.6, 0.75), hsv(45, 0.6, 1))
            : ramp(hsv(205, 0.6, 0.6), hsv(205, 0.3, 0.8), hsv(200, 0.05, 1)),
          shade: (down) => 0.2 - 0.4 * Math.abs(1 - 2 * down),
        },
        { parallax: 0.2, drift: [random.between(-9, 9), 0] },
      ),
      glint,
    ],
    actors: actors(random, bank, {
      count: random.int(1, 3),
      shapes: ['vehicle', 'blob', 'slab'],
      detail: 'streaks',
      colours: anyColour,
      size: [18, 70],
      speed: 35,
      down: [0, 50],
      aside: 200,
    }),
    foreground: [],
    exposure: random.between(0.75, 1.1),
    noise: random.between(0.6, 2),
    vignette: random.between(0, 0.3),
  };
};
