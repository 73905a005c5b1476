import { describe, expect, it } from 'vitest';
import { parseDisposition, plainFilename } from '../src/upload/content-disposition.ts';

describe('parseDisposition', () => {
  it.each([
    ['form-data; name="file"; filename="a.mp4"', 'file', 'a.mp4'],
    ['form-data; name=file; filename=a.mp4', 'file', 'a.mp4'],
    ['form-data;name="file";filename=""', 'file', ''],
    ['form-data; name="title"', 'title', undefined],
    ['form-data; name="file"; filename="日本 – é.mp4"', 'file', '日本 – é.mp4'],
    ['form-data; name="file"; filename="a;b=\\"c\\".mp4"', 'file', 'a;b="c".mp4'],
    ['form-data; name="file"; filename="%22quoted%22.mp4"', 'file', '"quoted".mp4'],
    ['form-data; name="file"; filename="x"; filename*=UTF-8\'\'%E6%97%A5.mp4', 'file', '日.mp4'],
    ['form-data; name="file"; filename="x"; filename*=UTF-8\'\'%FF', 'file', 'x'],
    ['form-data', undefined, undefined],
    [undefined, undefined, undefined],
  ])('reads %s', (header, name, filename) => {
    expect(parseDisposition(header)).toEqual({ name, filename });
  });

  it('reads the first of several', () => {
    expect(parseDisposition(['form-data; name="a"', 'form-data; name="b"'])).toMatchObject({ name: 'a' });
  });

  it('takes linear time over a hostile header', () => {
    const header = `form-data; name="${'\\'.repeat(16_000)}${'; a="'.repeat(3_000)}`;
    const startedAt = performance.now();

    parseDisposition(header);

    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('plainFilename', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\videos\\a.mp4', 'a.mp4'],
    ['a\u0000b\r\n.mp4', 'ab.mp4'],
    ['  a.mp4 ', 'a.mp4'],
    ['folder/', 'video'],
    ['', 'video'],
    [undefined, 'video'],
    ['🎬'.repeat(300), '🎬'.repeat(255)],
  ])('of %j is %j', (filename, plain) => {
    expect(plainFilename(filename)).toBe(plain);
  });
});
