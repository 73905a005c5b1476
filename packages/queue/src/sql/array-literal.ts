/**
 * Values as PostgreSQL writes an array of them. Sent as text and cast: a client that has not fetched the database's
 * array types, or that drizzle has changed, sends it all the same.
 */
export function arrayLiteral(values: readonly (string | number)[]): string {
  return `{${values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`).join()}}`;
}
