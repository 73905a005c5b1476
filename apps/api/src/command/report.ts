import type { KeyRecord } from '../keys/key-table.ts';

/** A key as JSON has it. Never with its secret, which is beside it when it is made. */
export const toJson = ({
  id,
  name,
  scope,
  queues,
  createdAt,
  expiresAt,
  revokedAt,
  lastUsedAt,
}: KeyRecord) => ({
  id,
  name,
  scope,
  queues,
  created_at: createdAt,
  expires_at: expiresAt,
  revoked_at: revokedAt,
  last_used_at: lastUsedAt,
});

/** To the minute, in UTC. */
const time = (at: Date | null, otherwise: string) =>
  at ? at.toISOString().slice(0, 16).replace('T', ' ') : otherwise;

function stateOf({ revokedAt, expiresAt }: KeyRecord, now: Date): string {
  if (revokedAt) return `revoked ${time(revokedAt, '')}`;
  if (expiresAt && expiresAt <= now) return `expired ${time(expiresAt, '')}`;
  return expiresAt ? `until ${time(expiresAt, '')}` : 'usable';
}

const queuesOf = ({ queues }: KeyRecord) => queues?.join(', ') ?? 'all';

const HEAD = ['ID', 'NAME', 'SCOPE', 'QUEUES', 'STATE', 'LAST USED', 'MADE'];

/** Keys as a table, times in UTC. */
export function keyTable(keys: readonly KeyRecord[], now = new Date()): string {
  if (keys.length === 0) return 'There is no key. See pnpm orq --help';
  const rows = keys.map((key) => [
    key.id,
    key.name,
    key.scope,
    queuesOf(key),
    stateOf(key, now),
    time(key.lastUsedAt, 'never'),
    time(key.createdAt, ''),
  ]);
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...rows].map((row) => row[column]?.length ?? 0)));
  return [HEAD, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const madeLine = ({ id, name, scope, queues, expiresAt }: KeyRecord) =>
  `Key ${id} (${name}) has scope ${scope}${queues ? ` for jobs of ${queues.join(', ')} alone` : ''}, and ${expiresAt ? `expires at ${time(expiresAt, '')} UTC` : 'never expires'}. ` +
  'It is shown this once: keep it now.';
