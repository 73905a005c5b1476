import { aerial } from './aerial.ts';
import { closeup } from './closeup.ts';
import { crowd } from './crowd.ts';
import type { Family } from './family.ts';
import { interior } from './interior.ts';
import { landscape } from './landscape.ts';
import { night } from './night.ts';
import { portrait } from './portrait.ts';
import { seascape } from './seascape.ts';
import { stage } from './stage.ts';
import { street } from './street.ts';
import { woods } from './woods.ts';

export const FAMILIES = {
  // Those of the development half.
  landscape,
  interior,
  portrait,
  woods,
  night,
  // Those of the held-out half.
  seascape,
  street,
  crowd,
  stage,
  aerial,
  closeup,
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof FAMILIES;
