import { z } from 'zod';

/** One setting: how its text is read, and what the README says of it. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** The default in words. */
  readonly default: string;
  readonly about: string;
}

const setting = <Schema extends z.ZodType>(
  schema: Schema,
  byDefault: string,
  about: string,
): Setting<Schema> => ({
  schema,
  default: byDefault,
  about,
});

const wholeNumber = (min: number, max: number, unit = '') =>
  z
    .string()
    .regex(/^\d{1,15}$/, `takes a whole number${unit}, ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `takes a whole number${unit}, ${min} to ${max}`);

/** Seconds in the environment, ms in the program. */
const seconds = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,3})?$/, `takes a number of seconds, ${min} to ${max}`)
    .transform((text) => Math.round(Number(text) * 1000))
    .refine((ms) => ms >= min * 1000 && ms <= max * 1000, `takes a number of seconds, ${min} to ${max}`);

const flag = z.enum(['true', 'false'], 'takes true or false').transform((text) => text === 'true');
/** A queue's name, and how many of its jobs run at once where it has a limit. */
const QUEUE = /^(?<name>[^=]{1,100})(?:=(?<concurrency>[1-9]\d{0,3}))?$/;

function parseQueue(text: string): string | { name: string; concurrency: number } {
  const { name = '', concurrency } = QUEUE.exec(text)?.groups ?? {};
  return concurrency === undefined ? name : { name, concurrency: Number(concurrency) };
}

/** A scheme, a host and perhaps a port, as a browser sends it in `Origin`. */
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

/** An IP address, or a network such as 10.0.0.0/8. */
const isNetwork = (text: string) =>
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((schema) => schema.safeParse(text).success);

const port = wholeNumber(0, 65_535);
const GIB = 1024 ** 3;

/** Every setting of orq, by the name of its environment variable. The README's table is held to this one. */
export const settings = {
  DATABASE_URL: setting(
    z.url({
      protocol: /^postgres(ql)?$/,
      error: 'takes a URL such as postgres://user:password@host:5432/name',
    }),
    '`pnpm dev` starts an embedded one',
    'The PostgreSQL to use, 14 or later',
  ),
  DATABASE_POOLED: setting(
    flag.default(false),
    'false',
    'Whether DATABASE_URL leads to a transaction pooler: then nothing is prepared, and workers only poll',
  ),
  PORT: setting(port.default(8000), '8000', 'Port of the api; 0 takes any free one'),
  HOST: setting(
    z.string().min(1).max(255).default('127.0.0.1'),
    '127.0.0.1',
    'Address that the api and the worker’s health endpoint listen on; 0.0.0.0 in a container',
  ),
  CORS_ORIGINS: setting(
    z
      .string()
      .transform((text) => text.split(',').map((origin) => origin.trim()))
      .refine(
        (origins) => origins.every(isOrigin),
        'takes origins such as https://app.example.com, with commas between',
      )
      .default([]),
    'none',
    'Origins, such as `https://app.example.com`, whose web pages may call the api, and show clips by `<video crossorigin>`',
  ),
  ORQ_UNSAFE_OPEN_API: setting(
    flag.default(false),
    'false',
    'Whether everyone may call while there is no api key, on whatever HOST; without it, only on loopback',
  ),
  RATE_LIMIT_PER_KEY: setting(
    wholeNumber(0, 10_000_000, ' of calls a minute').default(6_000),
    '6000',
    'Calls a minute that one api key may make to one process; 0 for any number',
  ),
  RATE_LIMIT_PER_ADDRESS: setting(
    wholeNumber(0, 10_000_000, ' of calls a minute').default(6_000),
    '6000',
    'Calls a minute without a valid key that one address may make to one process; 0 for any number',
  ),
  TRUSTED_PROXIES: setting(
    z
      .string()
      .transform((text) => text.split(',').map((proxy) => proxy.trim()))
      .refine(
        (proxies) => proxies.every(isNetwork),
        'takes addresses and networks such as 10.0.0.0/8, with commas between',
      )
      .default([]),
    'none',
    'Proxies before the api, such as `10.0.0.0/8`, whose `X-Forwarded-For` says where a call comes from',
  ),
  ORQ_DATA_DIR: setting(
    z.string().min(1).default('.orq'),
    '`.orq`',
    'Where the embedded database and the disk storage keep their files',
  ),
  STORAGE_URL: setting(
    z.string().min(1).optional(),
    '`storage` in ORQ_DATA_DIR',
    'Where uploads go: `file:///a/folder`, or `s3://bucket/prefix`, see [Storage](#storage)',
  ),
  AWS_ACCESS_KEY_ID: setting(z.string().optional(), 'none', 'The key of an `s3://` storage'),
  AWS_SECRET_ACCESS_KEY: setting(z.string().optional(), 'none', 'The secret that belongs to it'),
  MAX_UPLOAD_BYTES: setting(
    wholeNumber(1, 1024 * GIB, ' of bytes').default(5 * GIB),
    '5368709120 (5 GiB)',
    'Largest upload',
  ),
  UPLOAD_STALL_TIMEOUT: setting(
    seconds(0.1, 3600).default(30_000),
    '30 s',
    'An upload that sends nothing for this long is refused',
  ),
  MAX_JOB_RETRIES: setting(
    wholeNumber(0, 999).default(3),
    '3',
    'Retries of a job whose attempt failed, so four attempts in all',
  ),
  WORKER_ENABLED: setting(flag.default(false), 'false', 'Whether the api process also works jobs'),
  WORKER_POLL_INTERVAL: setting(
    seconds(0.05, 3600).default(2_000),
    '2 s',
    'The longest a worker waits before it looks at the queue again without being rung',
  ),
  WORKER_CONCURRENCY: setting(wholeNumber(1, 10_000).default(2), '2', 'Jobs that a worker runs at once'),
  WORKER_QUEUES: setting(
    z
      .string()
      .transform((text) => text.split(',').map((queue) => queue.trim()))
      .refine(
        (queues) => queues.every((queue) => QUEUE.test(queue)),
        'takes names of queues with commas between, each with =1 to =9999 where it has a concurrency of its own',
      )
      .transform((queues) => queues.map(parseQueue))
      .default(['default']),
    '`default`',
    'Queues that a worker works, such as `default,video=2`: at most 2 of the second at once',
  ),
  WORKER_LEASE: setting(
    seconds(0.5, 3600).default(30_000),
    '30 s',
    'Without a heartbeat for this long a worker counts as dead, and its jobs run elsewhere',
  ),
  WORKER_DRAIN_TIMEOUT: setting(
    seconds(0, 3600).default(25_000),
    '25 s',
    'How long running jobs may go on after SIGTERM before they are handed back',
  ),
  WORKER_HEALTH_PORT: setting(
    port.default(8001),
    '8001',
    'Port of the worker’s health endpoint; 0 takes any free one',
  ),
  FFMPEG_PATH: setting(z.string().min(1).optional(), 'PATH, then a bundled build', 'The ffmpeg to run'),
  FFPROBE_PATH: setting(z.string().min(1).optional(), 'PATH, then a bundled build', 'The ffprobe to run'),
  FFMPEG_MAX_MEMORY_BYTES: setting(
    wholeNumber(100_000_000, 1024 * GIB, ' of bytes').default(2 * GIB),
    '2147483648 (2 GiB)',
    'Memory that one ffmpeg may take; a video that needs more is refused',
  ),
  LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warn', 'error'], 'takes debug, info, warn or error').default('info'),
    'info',
    'The least that is logged: debug, info, warn or error',
  ),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
