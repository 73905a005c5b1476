import type { FaultKind } from '../fault-plan.ts';
import { AFTERMATH_MS } from '../fleet-settings.ts';
import type { Evidence } from './evidence.ts';

/** These end one process or stop one queue: no other process feels them. */
const FELT_BY_NO_OTHER: ReadonlySet<FaultKind> = new Set(['kill worker', 'drain worker', 'pause queue']);

/** @returns whether a worker felt no fault in a span of time: none was in flight, nor over for less than the aftermath */
export function createQuiet({ faults, lives }: Evidence) {
  const felt = faults.filter(({ kind }) => !FELT_BY_NO_OTHER.has(kind));
  const lifeOf = new Map(lives.map((life) => [life.name, life]));
  return (process: string, from: number, to: number): boolean => {
    const life = lifeOf.get(process);
    if (!life || (life.toldToEndAt ?? Infinity) < to) return false;
    return !felt.some(
      (fault) =>
        (fault.slot === null || fault.slot === life.slot) &&
        fault.from < to &&
        fault.to + AFTERMATH_MS > from,
    );
  };
}
