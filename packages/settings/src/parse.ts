import type { z } from 'zod';
import { settings, type SettingName } from './settings.ts';

/** The values of some settings: durations in ms, sizes in bytes. */
export type Settings<Name extends SettingName> = {
  readonly [N in Name]: z.output<(typeof settings)[N]['schema']>;
};

/** One or more settings are wrong or missing: a line for each, which names it and says what it takes. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads settings from an environment. A variable that is empty counts as not set.
 *
 * @throws {SettingsError} that names every setting which is wrong or missing
 */
export function parseSettings<const Name extends SettingName>(
  names: readonly Name[],
  env: Readonly<Record<string, string | undefined>>,
): Settings<Name> {
  const faults: string[] = [];
  const values = names.map((name) => {
    const text = env[name] || undefined;
    const parsed = settings[name].schema.safeParse(text);
    if (!parsed.success) faults.push(faultOf(name, text, parsed.error));
    return [name, parsed.data] as const;
  });
  if (faults.length > 0) throw new SettingsError(faults.join('\n'));
  return Object.fromEntries(values) as Settings<Name>;
}

function faultOf(name: SettingName, text: string | undefined, error: z.ZodError): string {
  const takes = error.issues[0]?.message ?? 'is not valid';
  if (text === undefined) return `${name} is not set: it ${takes}`;
  // A database URL holds a password: it is not repeated.
  return name === 'DATABASE_URL'
    ? `${name} ${takes}`
    : `${name} ${takes}, not ${JSON.stringify(text.slice(0, 100))}`;
}
