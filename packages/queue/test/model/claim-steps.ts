import { claimJobs, type ClaimFrom } from '../../src/sql/claim.ts';
import { claim as claimInModel } from './claiming.ts';
import { positionsIn, stand, takeFinished } from './hand.ts';
import { isDue } from './instants.ts';
import { handAt } from './pick.ts';
import { expectSame, type Step, step } from './step.ts';

export interface ClaimOptions {
  hand: number;
  queue: string;
  limit: number;
  from: 'sweep' | 'exclusive sweep' | 'positions';
  except: readonly string[];
}

export const claim = ({ hand: index, queue, limit, from, except }: ClaimOptions): Step =>
  step(
    `w${index} claims ${limit} of ${queue} by ${from}${except.map((type) => ` but not ${type}`).join()}`,
    async (model, sql) => {
      const hand = handAt(model.hands, index);
      const { workerId } = hand;
      const claimId = model.newId(`c${model.trace.length}`);
      const finished = takeFinished(hand);
      const begin: ClaimFrom = from === 'positions' ? positionsIn(hand, queue) : from;
      const request = { claimId, workerId, queue, limit, except, finished, from: begin };

      const { jobs, parked } = await claimJobs(sql, request);

      const expected = claimInModel(model, request);
      expectSame(
        model,
        [
          parked,
          jobs.map(({ id, type, priority, attempt, maxAttempts, fence, due, limits }) => [
            id,
            type,
            priority,
            attempt,
            maxAttempts,
            fence,
            due,
            limits?.concurrencyKey ?? null,
          ]),
        ],
        [
          expected.parked,
          expected.jobs.map(({ id, type, priority, attempt, maxAttempts, fence, due, key }) => [
            id,
            type,
            priority,
            attempt + 1,
            maxAttempts,
            fence,
            due,
            key,
          ]),
        ],
      );
      const full = jobs.length + parked >= limit;
      stand(hand, queue, jobs, from !== 'positions' && !full);
      hand.tickets.push(...jobs.map((job) => ({ job, workerId, ended: false })));
      return `${jobs.map(({ id }) => model.nameOf(id)).join(', ') || 'nothing'}${parked ? `, ${parked} parked` : ''}`;
    },
    (model) => model.waiting(queue).some((job) => isDue(job.due)),
  );
