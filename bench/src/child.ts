import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ContenderName } from './contenders/index.ts';
import { ORQ_WORKER_FLAGS } from './contenders/launch-flags.ts';
import type { Lifetime } from './lifetime.ts';
import type { NodeBinary } from './node-binary.ts';
import { URL_VARIABLE } from './process/launched-with.ts';
import { type Command, Report } from './process/protocol.ts';

type Is = Report['is'];
type ReportOf<Kind extends Is> = Extract<Report, { is: Kind }>;

/** A contender's process, seen from the runner. */
export interface Child {
  tell(command: Command): void;
  /** The next report of this kind. @throws {Error} with what it wrote last, when it ends instead */
  next<Kind extends Is>(kind: Kind): Promise<ReportOf<Kind>>;
  /** Every count from now on. */
  onCount(listener: (count: ReportOf<'count'>) => void): void;
  /** Asks it to end, and waits for it. */
  end(): Promise<ReportOf<'ended'>>;
  /** Ends it at once, whatever it is doing. */
  kill(): Promise<void>;
  /** Rejects when it ends; never resolves. */
  lost: Promise<never>;
  /** What it says of itself. */
  settings: readonly string[];
}

export interface Launch {
  role: 'enqueuer' | 'worker';
  contender: ContenderName;
  url: string;
  node: NodeBinary;
  /** Folder for a CPU profile. */
  profile?: string | undefined;
}

const FAREWELL_MS = 15_000;
const STDERR_KEPT = 4_000;
const here = fileURLToPath(new URL('.', import.meta.url));

export async function launch(
  { role, contender, url, node, profile }: Launch,
  lifetime: Lifetime,
): Promise<Child> {
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-interval=500'] : [];
  const flags = contender === 'orq' && role === 'worker' ? ORQ_WORKER_FLAGS : [];
  const child = spawn(node.file, [...flags, ...profiling, `${here}process/${role}.js`, contender], {
    cwd: here,
    env: { ...process.env, [URL_VARIABLE]: url },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = lifetime.own(async () => {
    child.kill('SIGKILL');
    await gone(child);
  });
  void once(child, 'close').then(kill);
  const conversation = converse(child, `${contender}'s ${role}`);
  const { settings } = await conversation.next('open');
  return { ...conversation, kill, settings };
}

const gone = async (child: ChildProcess) => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

function converse(child: ReturnType<typeof spawn>, name: string): Omit<Child, 'kill' | 'settings'> {
  const waiting = new Map<Is, { resolve(report: Report): void; reject(error: Error): void }>();
  const early: Report[] = [];
  let onCount: (count: ReportOf<'count'>) => void = () => undefined;
  let wrote = '';
  let failure: Error | undefined;

  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (wrote = (wrote + text).slice(-STDERR_KEPT)));
  child.stdin?.on('error', () => undefined);
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const report = Report.parse(JSON.parse(line));
      if (report.is === 'count') return onCount(report);
      const waiter = waiting.get(report.is);
      waiting.delete(report.is);
      if (waiter) waiter.resolve(report);
      else early.push(report);
    });
  }
  const lost = once(child, 'close').then(([code, signal]: unknown[]) => {
    failure = new Error(`${name} ended with ${signal ?? `code ${code}`}\n${wrote}`);
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
    throw failure;
  });
  lost.catch(() => undefined);

  const next = async <Kind extends Is>(kind: Kind): Promise<ReportOf<Kind>> => {
    const isIt = (report: Report): report is ReportOf<Kind> => report.is === kind;
    const index = early.findIndex(isIt);
    const [report] = index >= 0 ? early.splice(index, 1) : [await wait(kind)];
    if (!report || !isIt(report)) throw new Error(`${name} gave no "${kind}"`);
    return report;
  };
  const wait = (kind: Is) =>
    new Promise<Report>((resolve, reject) => {
      if (failure) reject(failure);
      else waiting.set(kind, { resolve, reject });
    });
  const tell = (command: Command) => void child.stdin?.write(`${JSON.stringify(command)}\n`);

  return {
    tell,
    next,
    lost,
    onCount: (listener) => (onCount = listener),
    async end() {
      const ended = next('ended');
      tell({ do: 'end' });
      const report = await ended;
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), FAREWELL_MS);
      await gone(child);
      clearTimeout(timer);
      return report;
    },
  };
}
