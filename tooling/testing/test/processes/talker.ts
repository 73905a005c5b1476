console.log(`${process.env.GREETING} from ${process.pid}`);
const keepsRunning = setInterval(() => undefined, 1_000);
if (process.argv[2] === 'leave') {
  clearInterval(keepsRunning);
  process.exitCode = 3;
}
