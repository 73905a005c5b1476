import { renderSample } from '@orq/media/sample';
import { openStorage } from '@orq/storage/open';
import { startS3Server } from '@orq/testing/s3-server';
import { expect, onTestFinished, test } from 'vitest';
import { openStudio } from './support.ts';

test('a video in S3 is analysed, and its clips and sheets are rendered into S3', async () => {
  const server = await startS3Server();
  onTestFinished(server.stop);
  await using studio = await openStudio({ storage: openStorage(server.storageUrl, server.credentials) });
  const file = await studio.file('sample.mp4');
  await renderSample(file, { ffmpeg: studio.ffmpeg });
  const { videoAssetId } = await studio.upload(file, { count: 2 });

  await studio.processAll();

  const keys = await studio.storedKeys();
  expect(keys.filter((key) => /^clips\/.*\.mp4$/.test(key))).toHaveLength(2);
  expect(keys.filter((key) => key.startsWith(`sheets/${videoAssetId}/`))).toHaveLength(2);
});
