import { type Arena, type ArenaDeps, openArena } from './arena.ts';
import type { ContenderName } from './contenders/index.ts';
import type { Lifetime } from './lifetime.ts';
import type { NodeBinary } from './node-binary.ts';
import type { Options } from './options.ts';
import { createResults, type Results } from './report/results.ts';
import { line } from './report/table.ts';
import { ROUNDS } from './rounds/index.ts';
import type { Measured, Round } from './rounds/round.ts';
import type { RunningServer } from './servers.ts';

export interface RunDeps {
  options: Options;
  contenders: readonly ContenderName[];
  nodes: { orq: NodeBinary; peers: NodeBinary };
  postgres: RunningServer;
  redis: RunningServer | null;
  lifetime: Lifetime;
  say(...lines: string[]): void;
}

export interface Ran {
  rounds: readonly Round[];
  results: Results;
  /** What each contender says of its settings. */
  settings: Partial<Record<ContenderName, readonly string[]>>;
  failures: number;
}

/**
 * Runs every round for every contender, one after the other, as often as asked. What fails is said, and the
 * rest goes on.
 *
 * @throws once it is interrupted
 */
export async function run(deps: RunDeps): Promise<Ran> {
  const { options, contenders, say } = deps;
  const rounds = ROUNDS.filter(({ name }) => options.only.includes(name));
  const ran: Ran = { rounds, results: createResults(), settings: {}, failures: 0 };
  for (const round of rounds) {
    say('', `${round.name}: ${round.about(options.sizes)}`);
    const taking = contenders.filter((name) => round.contenders.includes(name));
    for (let turn = 0; turn < options.rounds; turn += 1) {
      for (const contender of taking) {
        deps.lifetime.stopping.throwIfAborted();
        try {
          const measured = await measure(round, contender, deps, ran.settings);
          ran.results.add(round.name, contender, measured);
          say(line(round, contender, measured));
        } catch (error) {
          deps.lifetime.stopping.throwIfAborted();
          ran.failures += 1;
          say(`  ${contender.padEnd(16)} FAILED: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  }
  return ran;
}

/** One round for one contender, in tables of its own. */
async function measure(
  round: Round,
  contender: ContenderName,
  { options, nodes, ...others }: RunDeps,
  settings: Ran['settings'],
): Promise<Measured> {
  const isOrq = contender === 'orq';
  const deps: ArenaDeps = {
    ...others,
    node: isOrq ? nodes.orq : nodes.peers,
    profile: isOrq ? options.profile : undefined,
  };
  const arenas: Arena[] = [];
  try {
    return await round.run(async () => {
      const arena = await openArena(contender, deps);
      arenas.push(arena);
      settings[contender] = arena.enqueuer.settings;
      return arena;
    }, options.sizes);
  } finally {
    for (const arena of arenas) await arena.close();
  }
}
