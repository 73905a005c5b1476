import type { Contender } from '../contender.ts';

export const CONTENDERS = ['orq', 'graphile-worker', 'pg-boss', 'bullmq'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

/** Loads one contender alone: each process holds no more than it runs. */
export async function loadContender(name: ContenderName): Promise<Contender> {
  switch (name) {
    case 'orq':
      return (await import('./orq.ts')).orq;
    case 'graphile-worker':
      return (await import('./graphile-worker.ts')).graphileWorker;
    case 'pg-boss':
      return (await import('./pg-boss.ts')).pgBoss;
    case 'bullmq':
      return (await import('./bullmq.ts')).bullmq;
  }
}
