import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

/** What is used of `@sparticuz/chromium`, which has a Chromium for Linux on x64 in its package. */
interface Shipped {
  default: { executablePath(): Promise<string> };
}

const NO_SANDBOX = ['--no-sandbox', '--disable-dev-shm-usage'];

/** Starts a Chromium: that of CHROMIUM_PATH, or one that came with the runtimes. */
export async function startBrowser(): Promise<Browser> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) return chromium.launch({ executablePath: given, args: NO_SANDBOX });
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('There is no browser on npm for this machine: set CHROMIUM_PATH to a Chromium or Chrome');
  }
  const require = createRequire(new URL('../binaries/package.json', import.meta.url));
  const file = pathToFileURL(require.resolve('@sparticuz/chromium')).href;
  const shipped = (await import(file)) as Shipped;
  return chromium.launch({ executablePath: await shipped.default.executablePath(), args: NO_SANDBOX });
}
