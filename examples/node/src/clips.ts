import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createClient } from '@orq/contracts';
import { cutAnalysis } from '@orq/contracts/jobs/cut-analysis';

const [video, folder = 'clips'] = process.argv.slice(2);
if (video === undefined) throw new Error('Usage: pnpm start VIDEO [FOLDER]');
const { ORQ_URL = 'http://localhost:8000', ORQ_TOKEN: token } = process.env;

const orq = createClient({ baseUrl: ORQ_URL, ...(token && { token }) });

/** Ctrl-C ends the waiting, not the job. */
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const { video_asset_id, job_id } = await orq.upload(await openAsBlob(video), {
  filename: path.basename(video),
  signal: stop.signal,
});

const analysis = orq.jobs.handle(cutAnalysis, job_id);
for await (const event of analysis.events({ signal: stop.signal })) {
  if (event.type === 'progress') console.log(`analysed ${Math.round(event.progress * 100)} %`);
  if (event.type === 'status') console.log(event.status);
}
const { shots } = await analysis.result({ signal: stop.signal });
console.log(`${shots.length} shots`);

await mkdir(folder, { recursive: true });
for (const clip of await orq.videos.clips(video_asset_id)) {
  // A clip is rendered by a job of its own.
  if (clip.render) await orq.jobs.result(clip.render.job_id, { signal: stop.signal });
  const media = await orq.api.getClipMedia({ params: { id: clip.id } });
  const file = path.join(folder, `${clip.start_ms}-${clip.end_ms}.mp4`);
  if (media.body) await pipeline(media.body, createWriteStream(file));
  console.log(`${file}: score ${clip.visual_score.toFixed(2)}`);
}
