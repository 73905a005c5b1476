/** What a key looks like: `orq_`, 16 hexadecimal digits that name it, and 64 that are its secret. */
const TOKEN = /^orq_(?<id>[\da-f]{16})_(?<secret>[\da-f]{64})$/;

/** The two parts of a key, as whoever calls gives them. */
export interface Token {
  id: string;
  secret: string;
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const random = (bytes: number) => hex(crypto.getRandomValues(new Uint8Array(bytes)));

/** A new key: 64 bits of name, and a secret of 256 bits. */
export const newToken = (): Token => ({ id: random(8), secret: random(32) });

export const formatToken = ({ id, secret }: Token): string => `orq_${id}_${secret}`;

/** @returns undefined for what is no key at all */
export function parseToken(text: string): Token | undefined {
  const { id, secret } = TOKEN.exec(text)?.groups ?? {};
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** SHA-256 of a secret, in hexadecimal. */
export async function hashSecret(secret: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))));
}

/** Compares two hashes in a time that says nothing of where they differ. */
export function sameHash(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at += 1) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}
