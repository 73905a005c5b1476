/** The environment of every PostgreSQL program: nothing of the caller's locale, time zone or PG* variables. */
export const serverEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
