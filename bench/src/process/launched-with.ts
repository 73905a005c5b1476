import { CONTENDERS, type ContenderName } from '../contenders/index.ts';

/** In the environment, not on the command line: the URL may hold a password. */
export const URL_VARIABLE = 'ORQ_BENCH_URL';

/** What the runner launched this process with. */
export function launchedWith(): { name: ContenderName; url: string } {
  const [wanted, url] = [process.argv[2], process.env[URL_VARIABLE]];
  const name = CONTENDERS.find((contender) => contender === wanted);
  if (!name || !url) throw new Error(`Launched by \`pnpm bench\`, with a contender and ${URL_VARIABLE}`);
  return { name, url };
}
