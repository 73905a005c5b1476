import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connect } from '@orq/db/client';
import { z } from 'zod';
import { describeHost, type Host, sayHost } from './host.ts';
import type { NodeBinary } from './node-binary.ts';

const SETTINGS = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
  'max_wal_size',
  'wal_level',
];

export interface Machine extends Host {
  orqNode: string;
  peersNode: string;
  postgres: string;
  settings: Record<string, string>;
  packages: Record<string, string>;
}

const Manifest = z.object({ version: z.string() });
const installed = fileURLToPath(new URL('../../node_modules', import.meta.url));

function versionOf(name: string): string {
  // From its file: not every package lets its package.json be imported.
  return Manifest.parse(JSON.parse(readFileSync(`${installed}/${name}/package.json`, 'utf8'))).version;
}

export async function describeMachine(
  postgresUrl: string,
  nodes: { orq: NodeBinary; peers: NodeBinary },
): Promise<Machine> {
  const sql = connect(postgresUrl, { max: 1 });
  try {
    const rows = await sql<{ name: string; value: string }[]>`
      SELECT name, current_setting(name) AS value FROM pg_settings 
      WHERE name = ANY (string_to_array(${[...SETTINGS, 'server_version'].join()}, ','))`;
    const settings = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    const { server_version: postgres = 'unknown', ...others } = settings;
    return {
      ...describeHost(),
      orqNode: nodes.orq.version,
      peersNode: nodes.peers.version,
      postgres,
      settings: others,
      packages: Object.fromEntries(
        ['@orq/queue', 'graphile-worker', 'pg-boss', 'bullmq'].map((name) => [name, versionOf(name)]),
      ),
    };
  } finally {
    await sql.end();
  }
}

export function describe(machine: Machine): string[] {
  const { orqNode, peersNode, postgres, settings, packages } = machine;
  const list = (record: Record<string, string>) =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  return [
    sayHost(machine),
    `PostgreSQL  ${postgres}; ${list(settings)}`,
    `Node        orq by ${orqNode}, its peers by ${peersNode}`,
    `packages    ${list(packages)}`,
  ];
}
