import { utimes } from 'node:fs/promises';
import { basename } from 'node:path';
import { clipKeys, sheetKeys } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import { sweepStorage } from '../src/entry/sweep.ts';
import { startApi, type TestApi } from './support/api.ts';
import { upload } from './support/upload.ts';

async function* someBytes() {
  yield new Uint8Array(10);
}

async function stored(api: TestApi, key: string) {
  return { key, ...(await api.deps.storage.put(key, someBytes())) };
}

it('the sweep removes what no row names an hour after it was written, and nothing else', async () => {
  const api = await startApi();
  const { video_asset_id: videoId } = (await (await upload(api)).json()) as { video_asset_id: string };
  const clipId = uuidv7();
  const named = {
    clip: clipKeys(clipId, uuidv7()),
    sheet: sheetKeys(videoId, uuidv7()),
  };
  const [media, poster] = [await stored(api, named.clip.media), await stored(api, named.clip.poster)];
  const sheets = [await stored(api, named.sheet.contactSheet), await stored(api, named.sheet.storyboard)];
  await api.sql`
    INSERT INTO orq.clips (id, video_asset_id, job_id, start_ms, end_ms, visual_score, score_parts, media, poster)
    VALUES (${clipId}, ${videoId}, ${uuidv7()}, 0, 1, 0, '{}', ${api.sql.json(media)}, ${api.sql.json(poster)})`;
  await api.sql`
    UPDATE orq.video_assets SET contact_sheet = ${api.sql.json(sheets[0] ?? null)},
      storyboard = ${api.sql.json(sheets[1] ?? null)}`;
  const kept = await api.storedFiles();
  await stored(api, clipKeys(clipId, uuidv7()).media);
  await stored(api, clipKeys(uuidv7(), uuidv7()).poster);
  await stored(api, sheetKeys(videoId, uuidv7()).storyboard);
  await stored(api, 'clips/no-id/x.mp4');
  const anHourAgo = new Date(Date.now() - 3_700_000);
  for (const file of await api.storedFiles()) await utimes(file, anHourAgo, anHourAgo);
  const young = await stored(api, clipKeys(uuidv7(), uuidv7()).media);

  await sweepStorage({ ...api.deps, sql: api.sql });

  const left = (await api.storedFiles()).map((file) => basename(file));
  expect(left.toSorted()).toEqual([...kept, young.key].map((file) => basename(file)).toSorted());
  expect(api.log.at(-1)).toMatchObject({ bindings: { orphans: 4 } });
});
