import { LEASE_MS } from '../fleet-settings.ts';
import type { Check, Violation } from './check.ts';
import type { Evidence, InjectedFault } from './evidence.ts';
import type { ByJob } from './index-by-job.ts';
import { createQuiet } from './quiet.ts';

/** A worker whose event loop is blocked for longer than its lease, and that feels no other fault, is not taken for dead. */
export function blockedWorkersLive(evidence: Evidence, byJob: ByJob): Check {
  const blocks = evidence.faults.filter(({ kind }) => kind === 'block worker');
  const others = { ...evidence, faults: evidence.faults.filter(({ kind }) => kind !== 'block worker') };
  const quiet = createQuiet(others);
  const slotOf = new Map(evidence.lives.map(({ name, slot }) => [name, slot]));
  const until = ({ to }: InjectedFault) => to + LEASE_MS;
  const alone = blocks.flatMap((block) => {
    const process = processAt(evidence, block);
    return process !== undefined && quiet(process, block.from, until(block)) ? [{ block, process }] : [];
  });
  let held = 0;
  const violations: Violation[] = [];
  for (const { block, process } of alone) {
    const its = evidence.runs.filter(
      (run) => run.process === process && run.startedAt < block.to && (run.endedAt ?? Infinity) > block.from,
    );
    held += its.length;
    for (const { jobId, attempt, finishedAt } of evidence.attempts.filter(
      ({ outcome }) => outcome === 'lost',
    )) {
      const ran = byJob.runs(jobId).some((run) => run.attempt === attempt && run.process === process);
      if (ran && finishedAt > block.from && finishedAt < until(block))
        violations.push({
          jobId,
          what: `attempt ${attempt} counts as lost, and ${process} (slot ${slotOf.get(process)}) was only blocked`,
        });
    }
  }
  const counted = `${blocks.length} blocked, ${alone.length} of them without another fault, with ${held} runs under way`;
  return { name: 'a worker whose event loop is blocked keeps its jobs', counted, violations };
}

/** The process that a fault struck. */
const processAt = ({ lives }: Evidence, { slot, from }: InjectedFault) =>
  lives.find((life) => life.slot === slot && (life.toldToEndAt ?? Infinity) > from)?.name;
