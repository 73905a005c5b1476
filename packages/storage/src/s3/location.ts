import { assertObjectKey } from '../object-key.ts';

/** Where a bucket is, and how it is spoken to. */
export interface S3Location {
  /** Scheme, host and port, such as `https://s3.eu-central-1.amazonaws.com`. */
  endpoint: string;
  region: string;
  bucket: string;
  /** What the store puts before each key: empty, or with a slash at its end. */
  prefix: string;
  /** Whether the bucket is the first part of the path, and not of the host's name. */
  pathStyle: boolean;
  /** Whether `If-None-Match` is known to it: some services refuse a PUT that has it. */
  conditionalPuts: boolean;
}

export const S3_FORM = 's3://bucket/prefix?endpoint=https://host&region=name&path_style=true';

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const REGION = /^[a-z0-9-]{1,64}$/;
/** S3 takes keys of 1,024 bytes, and a key of ours has up to 512. */
const MAX_PREFIX_LENGTH = 256;
const OPTIONS: ReadonlySet<string> = new Set(['endpoint', 'region', 'path_style', 'conditional_puts']);

const wrong = (what: string) => new Error(`STORAGE_URL: ${what}; it has the form ${S3_FORM}`);

function optionsOf(
  url: URL,
): Partial<Record<'endpoint' | 'region' | 'path_style' | 'conditional_puts', string>> {
  const names = [...url.searchParams.keys()];
  const unknown = names.find((name) => !OPTIONS.has(name));
  if (unknown !== undefined) throw wrong(`${unknown.slice(0, 40)} is no option`);
  if (new Set(names).size < names.length) throw wrong('an option is given twice');
  return Object.fromEntries(url.searchParams);
}

function flagOf(name: string, text: string): boolean {
  if (text !== 'true' && text !== 'false') throw wrong(`${name} takes true or false`);
  return text === 'true';
}

function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (!isOrigin) throw wrong('endpoint takes a scheme and a host, such as https://minio.example.com:9000');
  return url.origin;
}

function prefixOf({ pathname }: URL): string {
  const prefix = pathname.replace(/^\/|\/$/g, '');
  if (prefix === '') return '';
  try {
    assertObjectKey(prefix);
  } catch {
    throw wrong('a prefix has parts of a-z A-Z 0-9 . _ - with / between them');
  }
  if (prefix.length > MAX_PREFIX_LENGTH) throw wrong(`a prefix has at most ${MAX_PREFIX_LENGTH} characters`);
  return `${prefix}/`;
}

/**
 * Reads an `s3:` URL. Without an endpoint it is AWS, where buckets have hosts of their own; with one, the bucket is part
 * of the path unless `path_style=false` says otherwise.
 *
 * @throws {Error} one line that begins with STORAGE_URL and names the form
 */
export function parseS3Url(url: URL): S3Location {
  if (url.username || url.password) {
    throw wrong('credentials go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not into the URL');
  }
  if (!BUCKET.test(url.host)) throw wrong('a bucket has 3 to 63 characters of a-z 0-9 . -');
  if (url.hash) throw wrong('it takes no fragment');
  const { endpoint, region = 'us-east-1', path_style, conditional_puts = 'true' } = optionsOf(url);
  if (!REGION.test(region)) throw wrong('region takes a name such as eu-central-1, or auto');
  return {
    endpoint: endpoint === undefined ? `https://s3.${region}.amazonaws.com` : endpointOf(endpoint),
    region,
    bucket: url.host,
    prefix: prefixOf(url),
    pathStyle: flagOf('path_style', path_style ?? String(endpoint !== undefined)),
    conditionalPuts: flagOf('conditional_puts', conditional_puts),
  };
}

/**
 * The address of an object, or of the bucket. No part of it needs to be encoded: a key is made of letters that URLs take as
 * they are.
 */
export function addressOf({ endpoint, bucket, prefix, pathStyle }: S3Location, key: string | null): URL {
  const url = new URL(endpoint);
  if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
  url.pathname = `${pathStyle ? `/${bucket}` : ''}/${key === null ? '' : prefix + key}`;
  return url;
}
