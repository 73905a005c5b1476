import { ok } from 'node:assert/strict';
import type { Sql } from '@orq/db';
import { completeJobs, isCompleted } from '../../src/sql/complete.ts';
import { failJob } from '../../src/sql/fail.ts';
import { reportProgress } from '../../src/sql/progress.ts';
import { releaseClaims, releaseJobs, snoozeJob } from '../../src/sql/release.ts';
import { dateOf, type Instant, instantText, microsOf } from './instants.ts';
import type { QueueModel } from './model.ts';
import { handAt, hasTickets, pickText, pickTicket, type TicketPick, ticketText } from './pick.ts';
import { clock, dueOf } from './real.ts';
import * as settling from './settling.ts';
import { expectSame, type Step, step } from './step.ts';

/** When a job runs next: at a moment, or in so many ms. */
export type Until = Instant | number;

const untilText = (until: Until) =>
  typeof until === 'number' ? `in ${until} ms` : `at ${instantText(until)}`;

/** Runs a statement that may set a job's time, and tells which it has set: none but the database knows its clock. */
async function timed<T>(
  sql: Sql,
  id: string,
  until: Until | null,
  run: (until: Date | number | null) => Promise<T>,
) {
  if (until === null) return { answer: await run(null), due: null };
  if (typeof until !== 'number') return { answer: await run(dateOf(until)), due: microsOf(until) };
  const before = await clock(sql);
  const answer = await run(until);
  const [due, after] = [await dueOf(sql, id), await clock(sql)];
  const isThen = () =>
    ok(due >= before + until * 1_000 && due <= after + until * 1_000, `due at ${due}, after ${before}`);
  return { answer, due, isThen };
}

export const complete = (hand: number, picks: readonly TicketPick[]): Step =>
  step(
    `complete ${picks.map(pickText).join(', ')}`,
    async (model, sql) => {
      const tickets = [...new Set(picks.map((pick) => pickTicket(model, pick)))];
      const workerId = tickets[0]?.workerId ?? '';
      const own = tickets.filter((ticket) => ticket.workerId === workerId);

      const lost = await completeJobs(
        sql,
        workerId,
        own.map(({ job }) => ({ job, result: '{"done":true}' })),
      );
      const completed = new Set(own.filter(({ job }) => !lost.has(job)).map(({ job }) => job.id));

      const expected = own.filter((ticket) => settling.complete(model, ticket)).map(({ job }) => job.id);
      expectSame(model, [...completed].sort(), expected.toSorted());
      for (const ticket of own) {
        const { id, fence } = ticket.job;
        const mine = model.jobs.some(
          (job) =>
            job.id === id && job.fence === fence && job.status === 'completed' && job.settledBy === workerId,
        );
        expectSame(model, await isCompleted(sql, workerId, ticket.job), mine);
        ticket.ended = true;
      }
      return own
        .map((ticket) => `${ticketText(model, ticket)} ${lost.has(ticket.job) ? 'lost' : 'done'}`)
        .join(', ');
    },
    hasTickets(hand),
  );

export const fail = (pick: TicketPick, outcome: 'failed' | 'cancelled', retry: Until | null): Step =>
  step(
    `fail ${pickText(pick)} as ${outcome}, ${retry === null ? 'for good' : `again ${untilText(retry)}`}`,
    async (model, sql) => {
      const ticket = pickTicket(model, pick);
      const { job, workerId } = ticket;
      const until = outcome === 'cancelled' || job.attempt >= job.maxAttempts ? null : retry;

      const { answer, due, isThen } = await timed(sql, job.id, until, (at) =>
        failJob(sql, job, workerId, { outcome, error: 'no luck', retry: at }),
      );

      expectSame(model, answer, settling.fail(model, ticket, outcome, due));
      if (answer === 'open') isThen?.();
      ticket.ended = true;
      return `${ticketText(model, ticket)} ${answer ?? 'lost'}`;
    },
    hasTickets(pick.hand),
  );

export const snooze = (pick: TicketPick, until: Until): Step =>
  step(
    `snooze ${pickText(pick)} ${untilText(until)}`,
    async (model, sql) => {
      const ticket = pickTicket(model, pick);
      const { answer, due, isThen } = await timed(sql, ticket.job.id, until, (at) =>
        snoozeJob(sql, ticket.job, at ?? 0),
      );
      expectSame(model, answer, settling.snooze(model, ticket, due ?? 0));
      if (answer) isThen?.();
      ticket.ended = true;
      return `${ticketText(model, ticket)} ${answer ? 'snoozed' : 'lost'}`;
    },
    hasTickets(pick.hand),
  );

export const release = (hand: number, picks: readonly TicketPick[]): Step =>
  step(
    `release ${picks.map(pickText).join(', ')}`,
    async (model, sql) => {
      const tickets = [...new Set(picks.map((pick) => pickTicket(model, pick)))];
      const jobs = tickets.map(({ job }) => job);
      const released = await releaseJobs(sql, jobs);
      expectSame(model, released, settling.release(model, jobs));
      for (const ticket of tickets) ticket.ended = true;
      return `${tickets.map((ticket) => ticketText(model, ticket)).join(', ')}: ${released}`;
    },
    hasTickets(hand),
  );

/** As when a claim's answer came too late, or came from a claim that nobody knows of. */
export const releaseClaimOf = (pick: TicketPick): Step =>
  step(
    `release the claim of ${pickText(pick)}`,
    async (model, sql) => {
      const { claimId } = pickTicket(model, pick).job;
      const released = await releaseClaims(sql, [claimId]);
      expectSame(model, released, settling.releaseClaims(model, [claimId]));
      endTickets(model, pick.hand, claimId);
      return `${model.nameOf(claimId)}: ${released}`;
    },
    hasTickets(pick.hand),
  );

function endTickets(model: QueueModel, hand: number, claimId: string) {
  for (const ticket of handAt(model.hands, hand).tickets)
    if (ticket.job.claimId === claimId) ticket.ended = true;
}

export const progress = (pick: TicketPick, fraction: number): Step =>
  step(
    `${pickText(pick)} has come to ${fraction}`,
    async (model, sql) => {
      const ticket = pickTicket(model, pick);
      const job = model.heldBy(ticket);
      await reportProgress(sql, ticket.job, fraction);
      if (job) job.progress = fraction;
      return ticketText(model, ticket);
    },
    hasTickets(pick.hand),
  );
