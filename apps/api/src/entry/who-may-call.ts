import type { OpenTo } from '../deps.ts';
import type { Config } from '../config.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Who may call while there is no api key. */
export function whoMayCall({
  HOST,
  ORQ_UNSAFE_OPEN_API,
}: Pick<Config, 'HOST' | 'ORQ_UNSAFE_OPEN_API'>): OpenTo {
  if (ORQ_UNSAFE_OPEN_API) return 'everyone';
  return LOOPBACK.test(HOST) ? 'loopback' : 'nobody';
}

/** What an api that nobody may call says, and ends. */
export const noKeys = (host: string) =>
  new Error(
    `HOST ${host} is reached from other machines, and there is no api key yet. Make one first:\n\n` +
      '  pnpm orq keys create --name my-service --scope enqueue\n\n' +
      'with the same DATABASE_URL (in a build: node apps/api/dist/entry/orq.js keys create …). ' +
      'HOST=127.0.0.1 needs no key: there `pnpm dev` has its own database run while you make one. ' +
      'ORQ_UNSAFE_OPEN_API=true lets everyone in who reaches it.',
  );
