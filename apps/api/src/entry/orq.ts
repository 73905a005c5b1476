import { assertMigrated, connect, type Sql } from '@orq/db';
import { parseSettings } from '@orq/settings';
import { type Command, HELP, readCommand } from '../command/arguments.ts';
import { keyTable, madeLine, toJson } from '../command/report.ts';
import { createKey, listKeys, revokeKey } from '../keys/key-table.ts';

const print = (value: unknown) => console.log(JSON.stringify(value, null, 2));

async function run(sql: Sql, command: Exclude<Command, { does: 'help' }>): Promise<void> {
  await assertMigrated(sql);
  switch (command.does) {
    case 'create': {
      const { token, key } = await createKey(sql, command.key);
      if (command.json) return print({ ...toJson(key), key: token });
      // The key alone goes to stdout, for `KEY=$(…)`.
      console.error(madeLine(key));
      return console.log(token);
    }
    case 'list': {
      const keys = await listKeys(sql);
      return command.json ? print(keys.map(toJson)) : console.log(keyTable(keys));
    }
    case 'revoke': {
      const key = await revokeKey(sql, command.id);
      if (!key) throw new Error(`There is no key ${command.id}: pnpm orq keys list shows which there are`);
      return command.json ? print(toJson(key)) : console.log(`Key ${key.id} (${key.name}) is revoked.`);
    }
  }
}

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2));
  if (command.does === 'help') return console.log(HELP);
  const { DATABASE_URL, DATABASE_POOLED } = parseSettings(['DATABASE_URL', 'DATABASE_POOLED'], process.env);
  const sql = connect(DATABASE_URL, { max: 1, applicationName: 'orq keys', pooled: DATABASE_POOLED });
  try {
    await run(sql, command);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

main().catch((error: unknown) => {
  const words = error instanceof Error ? error.message || String(error) : String(error);
  const hint = process.env['DATABASE_URL'] ? '' : ' (`pnpm dev` prints that of its own)';
  console.error(words.startsWith('DATABASE_URL') ? words + hint : words);
  process.exit(1);
});
