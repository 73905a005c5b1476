import { createClient, type Orq } from '@orq/contracts';

const find = <Kind extends Element>(selector: string, kind: new () => Kind): Kind => {
  const found = document.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${selector}`);
};
const form = find('form', HTMLFormElement);
const bar = find('progress', HTMLProgressElement);
const status = find('[role=status]', HTMLParagraphElement);
const clips = find('#clips', HTMLDivElement);

/** Uploads the video, and shows how far its analysis is. @returns the id of the video */
async function analyse(orq: Orq, file: File): Promise<string> {
  status.textContent = 'Uploading …';
  const { video_asset_id, job_id } = await orq.upload(file, {
    onProgress: ({ sent, total = sent }) => (bar.value = total === 0 ? 1 : sent / total),
  });
  status.textContent = 'Looking for its best clips …';
  for await (const event of orq.jobs.events(job_id))
    if (event.type === 'progress') bar.value = event.progress;
  await orq.jobs.result(job_id);
  return video_asset_id;
}

/** The file of a clip, once it is rendered: a video element sends no api key, so it is fetched. */
async function play(
  orq: Orq,
  { id, render }: { id: string; render: { job_id: string } | null },
): Promise<void> {
  if (render) await orq.jobs.result(render.job_id);
  const media = await orq.api.getClipMedia({ params: { id } });
  const video = Object.assign(document.createElement('video'), { controls: true, muted: true });
  video.src = URL.createObjectURL(await media.blob());
  clips.append(video);
}

async function run(data: FormData): Promise<void> {
  const [url, token, file] = [data.get('url'), data.get('token'), data.get('file')];
  if (typeof url !== 'string' || typeof token !== 'string' || !(file instanceof File)) return;
  const orq = createClient({ baseUrl: url, ...(token && { token }) });
  const found = await orq.videos.clips(await analyse(orq, file));
  status.textContent = 'Rendering …';
  await Promise.all(found.map((clip) => play(orq, clip)));
  status.textContent = `${found.length} clips`;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  clips.replaceChildren();
  run(new FormData(form)).catch((error: unknown) => {
    status.textContent = error instanceof Error ? error.message : String(error);
  });
});
