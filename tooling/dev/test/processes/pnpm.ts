import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Stands between a test and the stack as pnpm does: a process of that name, which waits for what it has started.
process.title = 'pnpm';
const stack = fileURLToPath(new URL('../../src/stack.ts', import.meta.url));
spawn(process.execPath, [...process.execArgv, stack], { stdio: 'inherit' });
