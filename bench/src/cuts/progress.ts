/** Says how far some work is: on one line of a terminal, or in a line at each tenth of the way. */
export async function withProgress<T>(
  what: string,
  work: (onProgress: (done: number, of: number) => void) => Promise<T>,
): Promise<T> {
  const { stdout } = process;
  let last = -1;
  try {
    return await work((done, of) => {
      const percent = Math.floor((100 * done) / Math.max(1, of));
      const step = stdout.isTTY ? percent : Math.floor(percent / 10) * 10;
      if (step <= last) return;
      last = step;
      stdout.write(stdout.isTTY ? `\r${what}: ${step} %` : `${what}: ${step} %\n`);
    });
  } finally {
    if (stdout.isTTY && last >= 0) stdout.write('\n');
  }
}
