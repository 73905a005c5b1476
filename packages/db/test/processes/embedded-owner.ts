import { startEmbeddedPostgres } from '@orq/db/embedded';

const [dataDir = ''] = process.argv.slice(2);
const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
console.log(JSON.stringify({ pid: server.pid, url: server.url() }));
