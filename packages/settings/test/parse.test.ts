import { describe, expect, test } from 'vitest';
import { parseSettings, SettingsError } from '../src/index.ts';

describe('settings', () => {
  test('have their defaults, durations in ms', () => {
    const read = parseSettings(['PORT', 'WORKER_POLL_INTERVAL', 'WORKER_ENABLED', 'WORKER_QUEUES'], {});

    expect(read).toEqual({
      PORT: 8000,
      WORKER_POLL_INTERVAL: 2000,
      WORKER_ENABLED: false,
      WORKER_QUEUES: ['default'],
    });
  });

  test('are read from the environment, where an empty one counts as not set', () => {
    const read = parseSettings(['PORT', 'WORKER_POLL_INTERVAL', 'WORKER_ENABLED', 'HOST', 'WORKER_QUEUES'], {
      PORT: '9000',
      WORKER_POLL_INTERVAL: '0.5',
      WORKER_ENABLED: 'true',
      HOST: '',
      WORKER_QUEUES: 'media, mail=3',
    });

    expect(read).toEqual({
      PORT: 9000,
      WORKER_POLL_INTERVAL: 500,
      WORKER_ENABLED: true,
      HOST: '127.0.0.1',
      WORKER_QUEUES: ['media', { name: 'mail', concurrency: 3 }],
    });
  });

  test('that are wrong are all named, a line each, with what they take', () => {
    const read = () =>
      parseSettings(['PORT', 'WORKER_ENABLED', 'LOG_LEVEL'], { PORT: '80a', WORKER_ENABLED: 'yes' });

    expect(read).toThrow(SettingsError);
    expect(read).toThrow(
      'PORT takes a whole number, 0 to 65535, not "80a"\nWORKER_ENABLED takes true or false, not "yes"',
    );
  });

  test('name proxies by address or network, and nothing else', () => {
    const read = (TRUSTED_PROXIES: string) => parseSettings(['TRUSTED_PROXIES'], { TRUSTED_PROXIES });

    expect(read('10.0.0.0/8, ::1').TRUSTED_PROXIES).toEqual(['10.0.0.0/8', '::1']);
    for (const wrong of ['proxy', '10.0.0.0/33', '10.0.0.1,', '*'])
      expect(() => read(wrong)).toThrow(/^TRUSTED_PROXIES takes addresses/);
  });

  test.each([' ', 'a,,b', '=2', 'a=0', 'a=two', 'a=10000'])('refuse %j as queues', (WORKER_QUEUES) => {
    expect(() => parseSettings(['WORKER_QUEUES'], { WORKER_QUEUES })).toThrow(/^WORKER_QUEUES takes names/);
  });

  test('that are missing or hold a password are told without the value', () => {
    expect(() => parseSettings(['DATABASE_URL'], {})).toThrow(
      'DATABASE_URL is not set: it takes a URL such as',
    );
    expect(() => parseSettings(['DATABASE_URL'], { DATABASE_URL: 'mysql://u:secret@h/d' })).not.toThrow(
      /secret/,
    );
    expect(() => parseSettings(['DATABASE_URL'], { DATABASE_URL: 'mysql://u:secret@h/d' })).toThrow(
      /^DATABASE_URL takes a URL/,
    );
  });
});
