import { parseArgs } from 'node:util';
import { scopes } from '@orq/contracts';
import { z } from 'zod';
import type { NewKey } from '../keys/key-table.ts';

export const HELP = `Makes, lists and revokes the keys of the api, in the database of DATABASE_URL.

  pnpm orq keys create --name NAME --scope SCOPE [--queue QUEUE]... [--expires 90d]
  pnpm orq keys list
  pnpm orq keys revoke ID

  --name     what it is for, such as the service that will have it
  --scope    what it may do, each including the ones before it: ${scopes.join(', ')}
  --queue    it reaches jobs of this queue alone, and of others that are given so (default: of all)
  --expires  after this time it works no more, in days, hours or minutes: 90d, 12h, 30m (default: never)
  --json     prints JSON

A key is printed once, when it is made: the database has only its hash. Where there is a key, or has been one, the api
asks for one in every call. A key that is revoked works for five more seconds at most.
`;

/** What the command line asks for. */
export type Command =
  | { does: 'help' }
  | { does: 'create'; key: NewKey; json: boolean }
  | { does: 'list'; json: boolean }
  | { does: 'revoke'; id: string; json: boolean };

const Name = z
  .string({ error: '--name is missing: it says what the key is for' })
  .regex(/^[\p{L}\p{N}\p{P}\p{S} ]{1,100}$/u, '--name takes 1 to 100 letters, digits, signs and spaces');
const Queue = z
  .string()
  .regex(/^[\p{L}\p{N}\p{P}\p{S} ]{1,100}$/u, '--queue takes 1 to 100 letters, digits, signs and spaces');
const Key = z
  .object({
    name: Name,
    scope: z.enum(scopes, `--scope takes ${scopes.join(', ')}`),
    queue: z.array(Queue).max(100, '--queue is given 100 times at most').optional(),
    expires: z
      .string()
      .regex(/^[1-9]\d{0,5}[dhm]$/, '--expires takes a time such as 90d, 12h or 30m')
      .optional(),
  })
  .refine(
    ({ scope, queue }) => scope !== 'admin' || queue === undefined,
    '--queue limits no key of scope admin, which is for what is of no queue',
  );
const Id = z.string('revoke takes the id of a key').regex(/^[\da-f]{16}$/, 'an id has 16 hexadecimal digits');

const UNITS_MS = new Map([
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
]);
const durationMs = (text: string) => Number.parseInt(text, 10) * (UNITS_MS.get(text.slice(-1)) ?? 0);

const SEE_HELP = 'See pnpm orq --help';

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        scope: { type: 'string' },
        queue: { type: 'string', multiple: true },
        expires: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new Error(`${reason}. ${SEE_HELP}`, { cause: error });
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Error(`${result.error.issues.map(({ message }) => message).join('; ')}. ${SEE_HELP}`);
}

/** @throws {Error} one line, when the command line makes no sense */
export function readCommand(argv: readonly string[]): Command {
  const { values, positionals } = parsed(argv);
  const { json, help } = values;
  if (help || positionals.length === 0) return { does: 'help' };
  const [noun, verb, id, ...others] = positionals;
  const takesId = verb === 'revoke';
  if (noun === 'keys' && others.length === 0 && (id === undefined || takesId)) {
    if (verb === 'create') {
      const { name, scope, queue, expires } = checked(Key, values);
      return {
        does: 'create',
        key: {
          name,
          scope,
          queues: queue && [...new Set(queue)],
          expiresInMs: expires === undefined ? undefined : durationMs(expires),
        },
        json,
      };
    }
    if (verb === 'list') return { does: 'list', json };
    if (takesId) return { does: 'revoke', id: checked(Id, id), json };
  }
  throw new Error(`There is no command ${JSON.stringify(positionals.join(' '))}. ${SEE_HELP}`);
}
