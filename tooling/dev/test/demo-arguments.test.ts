import { describe, expect, it } from 'vitest';
import { readArguments } from '../src/demo/arguments.ts';

describe('the arguments of the demo', () => {
  it('are all optional', () => {
    expect(readArguments([], {})).toEqual({
      file: undefined,
      url: 'http://localhost:8000',
      title: undefined,
      apiKey: undefined,
      help: false,
    });
  });

  it('take a file relative to where the command was typed', () => {
    expect(readArguments(['clips/a.mp4'], { INIT_CWD: '/home/me' }).file).toBe('/home/me/clips/a.mp4');
    expect(readArguments(['/videos/a.mp4'], { INIT_CWD: '/home/me' }).file).toBe('/videos/a.mp4');
  });

  it('take the port from PORT, unless --url says another', () => {
    expect(readArguments([], { PORT: '9000' }).url).toBe('http://localhost:9000');
    expect(readArguments(['--url', 'https://example.com/'], { PORT: '9000' }).url).toBe(
      'https://example.com',
    );
  });

  it.each([
    [['a.mp4', 'b.mp4'], 'One FILE'],
    [['--tilte', 'x'], "Unknown option '--tilte'"],
    [['--url', 'localhost:8000'], '--url takes an address'],
    [['--url', 'http://'], '--url takes an address'],
    [['--url'], '--url'],
  ])('%j are refused in one line', (argv, reason) => {
    const read = () => readArguments(argv, {});

    expect(read).toThrow(reason);
    expect(read).toThrow(/^[^\n]+$/);
  });
});
