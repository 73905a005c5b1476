import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseSettings } from '@orq/settings';

export interface DemoArguments {
  /** Absolute; undefined where a sample is to be rendered. */
  file: string | undefined;
  /** Where the api is, without a slash at its end. */
  url: string;
  title: string | undefined;
  /** Undefined where the api is open. */
  apiKey: string | undefined;
  help: boolean;
}

export const HELP = `Uploads a video to a running stack, and shows its clips.

  pnpm demo [FILE] [--url http://localhost:8000] [--title TITLE]

  FILE     a video; without one a sample is rendered whose cuts are known
  --url    where the api is (default: localhost, on PORT or 8000)
  --title  the video's title (default: the name of the file)

ORQ_API_KEY in the environment is sent to an api that has keys: one of scope enqueue.
`;

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        title: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new Error(`${reason}. See pnpm demo --help`, { cause: error });
  }
}

/**
 * Reads the command line. A relative FILE is relative to where the command was typed, which pnpm keeps in INIT_CWD.
 *
 * @throws {Error} one line, when it makes no sense
 */
export function readArguments(argv: readonly string[], env: NodeJS.ProcessEnv): DemoArguments {
  const { values, positionals } = parsed(argv);
  const [file, ...others] = positionals;
  if (others.length > 0) throw new Error('One FILE at a time. See pnpm demo --help');
  const url = values.url ?? `http://localhost:${parseSettings(['PORT'], env).PORT}`;
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new Error(`--url takes an address such as http://localhost:8000, not ${JSON.stringify(url)}`);
  }
  return {
    file: file === undefined ? undefined : path.resolve(env['INIT_CWD'] ?? process.cwd(), file),
    url: url.replace(/\/+$/, ''),
    title: values.title,
    apiKey: env['ORQ_API_KEY'] || undefined,
    help: values.help,
  };
}
