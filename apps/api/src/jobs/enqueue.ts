import {
  bulk,
  type EnqueueManyResult,
  type EnqueueRequest,
  type EnqueueResult,
  fieldErrors,
  type JobContract,
  Json,
} from '@orq/contracts';
import { cutAnalysisPart } from '@orq/contracts/jobs/cut-analysis-part';
import type { EnqueueOptions, Queue, Transaction } from '@orq/queue';
import { z } from 'zod';
import { invalid } from '../problem.ts';
import { withinQueue } from './within-queue.ts';
import { enqueueOptions } from './enqueue-options.ts';

/** Of a job type that this api does not know, the input is any JSON: its worker has the contract. */
const anyContract = (type: string): JobContract => ({ type, input: Json, output: Json });

type Path = readonly PropertyKey[];

/**
 * Job types that orq alone enqueues: by their inputs one could reach into the work of others. `bulk` has a call of its own, for
 * who may operate.
 */
const RESERVED: ReadonlySet<string> = new Set([cutAnalysisPart.type, bulk.type]);

/** @throws {ProblemError} `validation` @param place of the job in the request, such as `jobs.3.` */
function refuseReserved(type: string, place = ''): void {
  if (!RESERVED.has(type)) return;
  throw invalid([{ path: `${place}type`, message: `${type} is enqueued by orq itself, and by nobody else` }]);
}

/**
 * Turns what the queue says of an input into the problem of that field.
 *
 * @param place where in the request a path is that begins at the input
 */
async function naming<T>(place: (path: Path) => PropertyKey[], enqueued: Promise<T>): Promise<T> {
  try {
    return await enqueued;
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const issues = error.issues.map((issue) => Object.assign(issue, { path: place(issue.path) }));
    throw invalid(fieldErrors(issues));
  }
}

interface IntakeOptions {
  /** The transaction in which the jobs come to be. */
  tx?: Transaction;
  /** Those that the caller's key is limited to. */
  queues?: readonly string[] | undefined;
}

/** Jobs one after the other that differ in their input alone. */
interface Run {
  contract: JobContract;
  options: EnqueueOptions;
  /** Of the first one in the request. */
  index: number;
  inputs: unknown[];
}

/** Enqueues what comes over HTTP, for any job type; the input of one whose contract is known is held against it. */
export function createIntake(queue: Queue, contracts: readonly JobContract[]) {
  const known = new Map(contracts.map((contract) => [contract.type, contract]));
  const contractOf = (type: string) => known.get(type) ?? anyContract(type);

  function runsOf(jobs: readonly EnqueueRequest[]): Run[] {
    const runs: Run[] = [];
    let last = '';
    for (const [index, { input, ...job }] of jobs.entries()) {
      refuseReserved(job.type, `jobs.${index}.`);
      const same = JSON.stringify(job);
      const run = job.unique_key === undefined && same === last ? runs.at(-1) : undefined;
      last = same;
      if (run) run.inputs.push(input);
      else
        runs.push({
          contract: contractOf(job.type),
          options: enqueueOptions({ ...job, input }),
          index,
          inputs: [input],
        });
    }
    return runs;
  }

  async function enqueueRun(tx: Transaction, { contract, options, index, inputs }: Run) {
    const [first, ...others] = inputs;
    if (others.length === 0) {
      const place = (path: Path) => ['jobs', index, 'input', ...path];
      return [await naming(place, queue.enqueue(contract, first, { ...options, tx }))];
    }
    const { uniqueKey: _, ...shared } = options;
    const place = ([nth, ...path]: Path) => ['jobs', index + Number(nth), 'input', ...path];
    const ids = await naming(place, queue.enqueueMany(contract, inputs, { ...shared, tx }));
    return ids.map((id) => ({ id, created: true }));
  }

  return {
    /** @throws {ProblemError} `validation`, when the input does not fit the contract */
    async enqueue(request: EnqueueRequest, { tx, queues }: IntakeOptions): Promise<EnqueueResult> {
      refuseReserved(request.type);
      const job = queues ? withinQueue(request, queues) : request;
      const options = { ...enqueueOptions(job), ...(tx && { tx }) };
      return naming((path) => ['input', ...path], queue.enqueue(contractOf(job.type), job.input, options));
    },

    /**
     * Enqueues all, or none. Statements are sent without waiting for each other; ids are made, and so the order set, as
     * they are asked for.
     *
     * @throws {ProblemError} `validation`, with the index of the job in its path
     */
    async enqueueMany(
      requests: readonly EnqueueRequest[],
      { tx, queues }: IntakeOptions & { tx: Transaction },
    ): Promise<EnqueueManyResult> {
      const jobs = queues
        ? requests.map((job, index) => withinQueue(job, queues, `jobs.${index}.`))
        : requests;
      const runs = runsOf(jobs);
      const enqueued = await Promise.all(runs.map((run) => enqueueRun(tx, run)));
      return { jobs: enqueued.flat() };
    },
  };
}
