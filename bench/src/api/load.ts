import autocannon from 'autocannon';
import type { ApiContender } from './contenders.ts';

/** What a load came to. Latencies in ms. */
export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export interface LoadOptions {
  connections: number;
  /** In seconds. */
  seconds: number;
}

const BODY = JSON.stringify({ type: 'bench', input: { text: 'hello' } });

/** Sends `POST /jobs` over so many connections, each the next call once the last one is answered. @throws where one fails */
export async function load(
  url: string,
  { name, status }: ApiContender,
  { connections, seconds }: LoadOptions,
): Promise<Load> {
  const result = await autocannon({
    url: `${url}/jobs`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: BODY,
    connections,
    duration: seconds,
  });
  const others = Object.keys(result.statusCodeStats ?? {}).filter((code) => code !== String(status));
  if (others.length > 0 || result.errors > 0) {
    throw new Error(`${name}: statuses ${others.join(', ') || 'as expected'}, ${result.errors} errors`);
  }
  return {
    perSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}
