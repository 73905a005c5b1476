import type { StackSettings } from './settings.ts';

export interface RunningStack {
  settings: StackSettings;
  apiUrl: string;
  port: number;
  databaseUrl: string;
}

/** What to read once everything runs: where it is, what to try, how to stop. */
export function describeStack({ settings, apiUrl, port, databaseUrl }: RunningStack): string {
  const environment = port === 8000 ? '' : `PORT=${port} `;
  return `
orq is running. Ctrl-C stops it; the data stays.

  api       ${apiUrl}
  database  ${settings.databaseUrl === undefined ? databaseUrl : 'the one of DATABASE_URL'}
  files     ${settings.storageUrl}

Try it:

  curl -F file=@video.mp4 -F title='My video' ${apiUrl}/upload
  curl ${apiUrl}/jobs/JOB_ID
  curl ${apiUrl}/videos/VIDEO_ASSET_ID/clips

  ${environment}npx -y pnpm@10 demo            uploads a sample with known cuts, and shows its clips
  ${environment}npx -y pnpm@10 demo FILE       the same with a video of yours
`;
}

/** The api's URL for whoever is on this machine: an address that stands for all is reached by the loopback one. */
export function urlOf(host: string, port: number): string {
  const reachable = new Map([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
  ]).get(host);
  const name = reachable ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

export const HELP = `
Runs the whole of orq: PostgreSQL, the api and a worker.

  npx -y pnpm@10 dev

Settings, from the environment:

  PORT          port of the api, 8000 by default; 0 takes any free one
  ORQ_DATA_DIR  folder of the embedded database and the stored files; .orq by default, in this repository
  DATABASE_URL  a PostgreSQL to use in place of the embedded one
  STORAGE_URL   where uploads go; storage in ORQ_DATA_DIR by default

The api and the worker are given every other variable as it is: README.md lists them.

Ctrl-C (or SIGTERM, or SIGHUP) lets the jobs in hand end, stops everything and exits with 0; a second one kills.
Exits with 1 where a part does not start, or ends by itself.
`;
