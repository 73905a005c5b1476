import { parseSettings } from '@orq/settings';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The api's settings, from the environment. The table of all settings is in @orq/settings.
 *
 * @throws {SettingsError} with a line for each setting that is wrong or missing
 */
export const readConfig = (env: Environment) => ({
  ...parseSettings(
    [
      'DATABASE_URL',
      'DATABASE_POOLED',
      'PORT',
      'HOST',
      'CORS_ORIGINS',
      'ORQ_UNSAFE_OPEN_API',
      'RATE_LIMIT_PER_KEY',
      'RATE_LIMIT_PER_ADDRESS',
      'TRUSTED_PROXIES',
      'ORQ_DATA_DIR',
      'STORAGE_URL',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'MAX_UPLOAD_BYTES',
      'UPLOAD_STALL_TIMEOUT',
      'MAX_JOB_RETRIES',
      'WORKER_ENABLED',
      'LOG_LEVEL',
    ],
    env,
  ),
  development: env['NODE_ENV'] === 'development',
});

export type Config = ReturnType<typeof readConfig>;
