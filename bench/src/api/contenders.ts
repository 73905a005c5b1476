import { fileURLToPath } from 'node:url';

export interface ApiContender {
  name: 'orq' | 'naive' | 'bare Hono';
  about: string;
  /** Its process, which listens on PORT. */
  file: string;
  /** The status of a call that went well. */
  status: number;
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export const contenders: readonly ApiContender[] = [
  {
    name: 'orq',
    about:
      'apps/api as it ships, without rate limits, which one machine meets at once, and without a line a request',
    file: here('../../../../apps/api/dist/entry/node.js'),
    status: 201,
  },
  {
    name: 'naive',
    about: 'Hono, zod, and a statement a request that inserts the job, over a pool of ten connections',
    file: here('./naive.js'),
    status: 201,
  },
  { name: 'bare Hono', about: '200 OK, and no database', file: here('./bare.js'), status: 200 },
];
