import { describeProcess } from '@orq/db/embedded';

const POLL_MS = 1_000;
/** npx, npm and pnpm, by their process titles or as the scripts that they are. */
const PACKAGE_MANAGER = /^(\S*node\S* )?(\S*\/)?p?np[mx](-cli)?(\.[cm]?js)?( |$)/;
const SHELL = /^(\S*\/)?(sh|bash|dash|zsh) -c /;

interface Link {
  pid: number;
  parentPid: number;
}

/**
 * Calls `onLost` once when one of the npx, pnpm and shell processes around this one has ended. They pass on Ctrl-C,
 * but a `kill` of npx ends no more than npx and its shell, and leaves everything below it running.
 */
export function watchWrappers(onLost: () => void): void {
  const links = wrapperLinks();
  const timer = setInterval(() => {
    const isWhole = links.every(({ pid, parentPid }) => describeProcess(pid)?.parentPid === parentPid);
    if (isWhole) return;
    clearInterval(timer);
    onLost();
  }, POLL_MS);
  timer.unref();
}

/** From this process up to the outermost package manager; the shell or program that called that one may well end. */
function wrapperLinks(): Link[] {
  const links: Link[] = [];
  let outermost = 0;
  for (let pid = process.pid; ;) {
    const parentPid = describeProcess(pid)?.parentPid;
    const parent = parentPid === undefined ? undefined : describeProcess(parentPid);
    if (parentPid === undefined || parent === undefined) break;
    const isPackageManager = PACKAGE_MANAGER.test(parent.command);
    if (!isPackageManager && !SHELL.test(parent.command)) break;
    links.push({ pid, parentPid });
    if (isPackageManager) outermost = links.length;
    pid = parentPid;
  }
  return links.slice(0, outermost);
}
