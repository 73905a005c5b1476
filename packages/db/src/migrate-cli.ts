import { migrate } from './migrate.ts';

const url = process.env['DATABASE_URL'];
if (!url) {
  console.error('Set DATABASE_URL to the database to migrate, e.g. postgres://user:password@host:5432/name');
  process.exit(1);
}
await migrate(url);
console.log('The database has the newest orq schema.');
