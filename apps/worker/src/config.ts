import { readWorkerSettings } from '@orq/handlers';
import { parseSettings } from '@orq/settings';

/**
 * The worker process's settings, from the environment. The table of all settings is in @orq/settings.
 *
 * @throws {SettingsError} with a line for each setting that is wrong or missing
 */
export const readConfig = (env: Readonly<Record<string, string | undefined>>) => ({
  ...parseSettings(
    [
      'DATABASE_URL',
      'ORQ_DATA_DIR',
      'STORAGE_URL',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'HOST',
      'WORKER_HEALTH_PORT',
      'LOG_LEVEL',
    ],
    env,
  ),
  worker: readWorkerSettings(env),
});

export type Config = ReturnType<typeof readConfig>;
