import type { Sql } from '@orq/db';

/** How a thread connects to a client's database: options of postgres.js, by their names there. All can be cloned. */
export type ThreadConnection = Readonly<Record<string, unknown>>;

export interface ThreadAccess {
  connection: ThreadConnection;
  /** Asks for the password once more, where the client has a function for it: its passwords may expire. */
  password?: () => Promise<string>;
}

const OPTIONS = [
  'host',
  'port',
  'path',
  'database',
  'user',
  'ssl',
  'sslnegotiation',
  'connect_timeout',
  'keep_alive',
  'prepare',
  'target_session_attrs',
];

/** Follows the client's own name in pg_stat_activity. */
const ROLE = 'heartbeat';

/**
 * What a thread needs to reach the same database in the same way as the client: by the same host, name and settings.
 *
 * @throws {Error} when the client connects by something that no thread can be given
 */
export function threadAccess(sql: Sql): ThreadAccess {
  // The types of postgres.js say neither that `socket` may be there, nor what `pass` may be.
  const options: Record<string, unknown> = { ...sql.options };
  if (options['socket']) throw new Error('the client makes its own sockets, which a thread cannot be given');
  const { pass } = options;
  const session = sql.options.connection;
  const connection = {
    ...Object.fromEntries(OPTIONS.map((name) => [name, options[name]])),
    connection: { ...session, application_name: `${session.application_name} ${ROLE}` },
  };
  if (typeof pass === 'function') return { connection, password: async () => String(await pass()) };
  return { connection: { ...connection, pass } };
}
