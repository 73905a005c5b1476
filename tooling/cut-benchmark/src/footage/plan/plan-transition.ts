import type { Random } from '../../random.ts';
import type { Style } from './style.ts';
import type { TransitionPlan } from './video-plan.ts';

export type GradualKind = 'dissolve' | 'fade' | 'wipe';

export function planGradual(kind: GradualKind, random: Random, style: Style): TransitionPlan {
  switch (kind) {
    case 'dissolve':
      return { kind, frames: spread(random, style.dissolve), easing: random.pick(style.easings) };
    case 'wipe':
      return {
        kind,
        frames: spread(random, style.wipe),
        geometry: random.pick(style.wipes),
        softness: random.pick([0, 0.02, 0.1, 0.25]),
      };
    case 'fade': {
      const colour = random.pick(['black', 'black', 'black', 'white']);
      const out = spread(random, style.fade);
      const rise = spread(random, style.fade);
      const hold = random.int(...style.hold);
      // Some only go, and the new picture is there at once; some only come.
      const form = random.next();
      if (form < 0.1) return { kind, colour, out, hold: Math.max(3, hold), in: 0 };
      if (form < 0.2) return { kind, colour, out: 0, hold: Math.max(3, hold), in: rise };
      return { kind, colour, out, hold, in: rise };
    }
  }
}

/** Short ones as often as long ones: evenly on a logarithmic scale. */
function spread(random: Random, [least, most]: readonly [number, number]): number {
  return Math.round(least * (most / least) ** random.next());
}
