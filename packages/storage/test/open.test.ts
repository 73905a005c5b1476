import { describe, expect, it } from 'vitest';
import { DiskStore } from '../src/disk.ts';
import { openStorage } from '../src/open.ts';

describe('openStorage', () => {
  it('opens a directory for a file URL', () => {
    expect(openStorage('file:///var/lib/orq/storage')).toBeInstanceOf(DiskStore);
  });

  it.each([
    '/var/lib/orq',
    's3://bucket',
    'https://example.com/',
    'file://host/path',
    'file:///',
    'file:///a?b',
    '',
  ])('refuses %j and says what is supported', (url) => {
    expect(() => openStorage(url)).toThrow(/^STORAGE_URL: .*supported is file:\/\/\/absolute/);
  });
});
