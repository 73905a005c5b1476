import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import type { Contender, Payload } from '../contender.ts';

/** The configuration of https://worker.graphile.org/docs/performance. */
const WORKER = {
  concurrentJobs: 24,
  maxPoolSize: 25,
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
};

const ADD_JOBS = `
  SELECT count(*) FROM graphile_worker.add_jobs(
    array(SELECT json_populate_recordset(null::graphile_worker.job_spec, $1::json)))`;

const logger = new Logger(() => () => undefined);

export const graphileWorker: Contender = {
  settings: [
    'batches by one call of the SQL function add_jobs, which gives back a count alone; one by one by utils.addJob',
    `preset of its performance page: ${JSON.stringify(WORKER)}`,
    'completed jobs are deleted',
  ],

  prepare: (connectionString) => runMigrations({ connectionString, logger }),

  async openEnqueuer(connectionString) {
    const pool = new pg.Pool({ connectionString, max: 10 });
    const utils = await makeWorkerUtils({ pgPool: pool, logger });
    return {
      async enqueueBulk(payloads) {
        const specs = payloads.map((payload) => ({ identifier: 'noop', payload }));
        await pool.query({ name: 'add_jobs', text: ADD_JOBS, values: [JSON.stringify(specs)] });
      },
      enqueueOne: async (payload) => void (await utils.addJob('noop', payload)),
      async close() {
        await utils.release();
        await pool.end();
      },
    };
  },

  async startWorker(connectionString, onJob) {
    const runner = await run({
      preset: { worker: { ...WORKER, connectionString } },
      logger,
      noHandleSignals: true,
      taskList: { noop: (payload) => onJob(payload as Payload) },
    });
    const pool = new pg.Pool({ connectionString, max: 1 });
    return {
      async isDrained() {
        const { rows } = await pool.query('SELECT FROM graphile_worker._private_jobs LIMIT 1');
        return rows.length === 0;
      },
      async stop() {
        await runner.stop();
        await pool.end();
      },
    };
  },
};
