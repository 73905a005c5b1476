import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { GENERATOR_VERSION, type Split } from '@orq/cut-benchmark';

export interface Options {
  task:
    | { is: 'generate'; folder: string }
    | { is: 'cost'; files: readonly string[] }
    | { is: 'below' }
    | { is: 'score-folder'; folder: string }
    | { is: 'score-set'; halves: readonly Split[] };
  /** Where generated videos are kept, in dev, test, cost and below. */
  cache: string;
  seed: number;
  /** A checkout of PySceneDetect. */
  pySceneDetect: string | undefined;
  python: string;
  /** How often cost is measured; 0 leaves it out. */
  repeat: number;
  listErrors: boolean;
}

export const HELP = `pnpm bench cuts [DIR] [options]: orq's detection of shots beside others'

  pnpm bench cuts              renders a set of videos with every kind of transition, once, and scores both halves
  pnpm bench cuts DIR          scores the videos of DIR/labels.json
  pnpm bench cuts --cost [FILE...]   measures what detection costs on files, or on three that it renders
  pnpm bench cuts --below      what is not decoded of footage in which little happens, by kind, beside a full pass

  --pyscenedetect DIR   a checkout of PySceneDetect, whose detectors then take part
  --python FILE         a Python that has numpy and OpenCV. Default python3
  --repeat N            how often cost is measured; 0 leaves it out. Default 3
  --half dev|test       only this half of the rendered set
  --list                lists what each missed and made up; not for the held-out half "test"
  --seed N              of the rendered set. Default 1
  --generate DIR        renders the set into DIR/dev and DIR/test, and does no more
  --help

Rendered videos are kept in bench/.cuts. labels.json is described in bench/README.md.
`;

const wholeNumber = (name: string, text: string) => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0)
    throw new Error(`--${name} takes a whole number from 0`);
  return value;
};

/**
 * @returns null where help was asked for
 * @throws {Error} that names what it does not know
 */
export function parseOptions(args: string[]): Options | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      below: { type: 'boolean', default: false },
      cost: { type: 'boolean', default: false },
      generate: { type: 'string' },
      half: { type: 'string' },
      list: { type: 'boolean', default: false },
      pyscenedetect: { type: 'string' },
      python: { type: 'string', default: 'python3' },
      repeat: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const seed = wholeNumber('seed', values.seed);
  const repeat = wholeNumber('repeat', values.repeat);
  // Paths are those of the folder that the command was typed in, which pnpm leaves for the one that its script is in.
  const typedIn = process.env['INIT_CWD'] ?? process.cwd();
  const files = positionals.map((file) => path.resolve(typedIn, file));
  const bench = fileURLToPath(new URL('../../..', import.meta.url));
  return {
    task: taskOf({ ...values, generate: values.generate && path.resolve(typedIn, values.generate) }, files),
    cache: path.join(bench, '.cuts', `v${GENERATOR_VERSION}-seed${seed}`),
    seed,
    pySceneDetect: values.pyscenedetect && path.resolve(typedIn, values.pyscenedetect),
    python: values.python,
    repeat: values.cost || values.below ? Math.max(1, repeat) : repeat,
    listErrors: values.list,
  };
}

function taskOf(
  {
    below,
    cost,
    generate,
    half,
  }: { below: boolean; cost: boolean; generate: string | undefined; half?: string | undefined },
  files: readonly string[],
): Options['task'] {
  const halves = (['dev', 'test'] as const).filter((one) => half === undefined || one === half);
  if (halves.length === 0) throw new Error('--half takes dev or test');
  if (below) return { is: 'below' };
  if (cost) return { is: 'cost', files };
  const [folder, ...others] = files;
  if (others.length > 0) throw new Error('One folder at a time; files go with --cost');
  if (generate !== undefined) return { is: 'generate', folder: generate };
  return folder === undefined ? { is: 'score-set', halves } : { is: 'score-folder', folder };
}
