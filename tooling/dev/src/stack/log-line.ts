import { styleText } from 'node:util';
import { z } from 'zod';

/** What the apps log, as far as it is worth showing on a terminal. */
const LogRecord = z.looseObject({
  level: z.string(),
  time: z.string(),
  msg: z.string().default(''),
  method: z.string().optional(),
  path: z.string().optional(),
  status: z.number().optional(),
  job_id: z.string().optional(),
  job_type: z.string().optional(),
  attempt: z.number().optional(),
  err: z.looseObject({ message: z.string().optional() }).optional(),
});
type LogRecord = z.infer<typeof LogRecord>;

/** The line as a log record; undefined where it is none. */
export function parseLogLine(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return LogRecord.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** One line of an app for a reader at a terminal: time, app, level, message, the request or job it is about. */
export function formatLogLine(app: string, line: string): string {
  const name = styleText('cyan', app.padEnd(6));
  const record = parseLogLine(line);
  if (record === undefined) return `${name} ${line}`;
  const parts = [
    styleText('gray', new Date(record.time).toTimeString().slice(0, 8)),
    name,
    styleText(COLOURS[record.level] ?? 'gray', record.level.toUpperCase().padEnd(5)),
    record.msg,
    requestOf(record),
    record.err?.message === undefined ? '' : styleText('red', record.err.message),
    jobOf(record),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const COLOURS: Record<string, 'green' | 'yellow' | 'red'> = {
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
};

function requestOf({ method, path, status }: LogRecord): string {
  return method === undefined ? '' : `${method} ${path ?? ''} ${status ?? ''}`;
}

function jobOf({ job_id, job_type, attempt }: LogRecord): string {
  if (job_id === undefined) return '';
  return styleText('gray', `job ${job_id} ${job_type ?? ''} attempt ${attempt ?? '?'}`);
}
