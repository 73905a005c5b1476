import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { formatLogLine } from '../src/stack/log-line.ts';

const time = '2026-11-23T13:34:20.013Z';
const clock = new Date(time).toTimeString().slice(0, 8);

function shown(app: string, record: object): string {
  return stripVTControlCharacters(formatLogLine(app, JSON.stringify({ time, ...record })));
}

test('shows a line of a job with the job that it is about', () => {
  const record = {
    level: 'info',
    msg: 'job started',
    job_id: '0199',
    job_type: 'cut_analysis',
    attempt: 2,
    app: 'worker',
  };

  expect(shown('worker', record)).toBe(`${clock} worker INFO  job started job 0199 cut_analysis attempt 2`);
});

test('shows a line of a request with what was asked and answered', () => {
  const record = { level: 'info', msg: 'request', method: 'GET', path: '/jobs/1', status: 404, ms: 3 };

  expect(shown('api', record)).toBe(`${clock} api    INFO  request GET /jobs/1 404`);
});

test('shows what an error says', () => {
  const record = {
    level: 'error',
    msg: 'job failed',
    err: { type: 'Error', message: 'no such file', stack: 'at ...' },
  };

  expect(shown('api', record)).toBe(`${clock} api    ERROR job failed no such file`);
});

test('leaves a line that is no log record as it is', () => {
  expect(stripVTControlCharacters(formatLogLine('api', '{"half": '))).toBe('api    {"half": ');
});
