import { describe, expect, it } from 'vitest';
import { DiskStore } from '../src/disk.ts';
import { openStorage } from '../src/open.ts';
import { addressOf, parseS3Url } from '../src/s3/location.ts';
import { S3Store } from '../src/s3/store.ts';

const none = { accessKeyId: undefined, secretAccessKey: undefined };
const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };

describe('openStorage', () => {
  it('opens a directory for a file URL, and a bucket for an s3 URL', () => {
    expect(openStorage('file:///var/lib/orq/storage', none)).toBeInstanceOf(DiskStore);
    expect(openStorage('s3://bucket/prefix', credentials)).toBeInstanceOf(S3Store);
  });

  it.each(['/var/lib/orq', 'https://example.com/', 'file://host/path', 'file:///', 'file:///a?b', ''])(
    'refuses %j and says what is supported',
    (url) => {
      expect(() => openStorage(url, none)).toThrow(
        /^STORAGE_URL: .*supported are file:\/\/\/absolute.* s3:\/\/bucket/,
      );
    },
  );

  it.each([
    ['s3://b', 'a bucket has'],
    ['s3://Bucket_A', 'a bucket has'],
    ['s3://key:secret@bucket', 'credentials go into'],
    ['s3://bucket/a b', 'a prefix has parts'],
    [`s3://bucket/${'a/'.repeat(140)}`, 'a prefix has at most 256'],
    ['s3://bucket?endpoint=minio:9000', 'endpoint takes a scheme'],
    ['s3://bucket?endpoint=http://minio/path', 'endpoint takes a scheme'],
    ['s3://bucket?region=EU!', 'region takes'],
    ['s3://bucket?path_style=yes', 'path_style takes'],
    ['s3://bucket?conditional_puts=1', 'conditional_puts takes'],
    ['s3://bucket?acl=public', 'acl is no option'],
    ['s3://bucket?region=a&region=b', 'an option is given twice'],
  ])('refuses %j, as %j', (url, reason) => {
    expect(() => openStorage(url, credentials)).toThrow(new RegExp(`^STORAGE_URL: ${reason}`));
    expect(() => openStorage(url, credentials)).not.toThrow(/secret@/);
  });

  it('asks for the credentials that an s3 URL needs', () => {
    expect(() => openStorage('s3://bucket', { ...credentials, secretAccessKey: undefined })).toThrow(
      /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
    );
  });
});

it.each([
  ['s3://bucket', 'https://bucket.s3.us-east-1.amazonaws.com/k'],
  ['s3://bucket/a/b/?region=eu-west-1', 'https://bucket.s3.eu-west-1.amazonaws.com/a/b/k'],
  ['s3://a.b?region=eu-west-1&path_style=true', 'https://s3.eu-west-1.amazonaws.com/a.b/k'],
  ['s3://bucket/p?endpoint=http://localhost:9000', 'http://localhost:9000/bucket/p/k'],
  ['s3://bucket?endpoint=https://r2.example.com&path_style=false', 'https://bucket.r2.example.com/k'],
])('an object of %s is at %s', (url, address) => {
  expect(addressOf(parseS3Url(new URL(url)), 'k').href).toBe(address);
});
