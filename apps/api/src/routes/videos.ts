import { routes } from '@orq/contracts';
import type { AppDeps } from '../deps.ts';
import { mount, type Api } from '../mount.ts';
import { ProblemError } from '../problem.ts';
import { findVideo, listClips } from '../videos/read-video.ts';

export function videoRoutes(app: Api, { db }: AppDeps): void {
  async function existing(id: string) {
    const video = await findVideo(db, id);
    if (!video) throw new ProblemError('not-found', `There is no video ${id}`);
    return video;
  }

  mount(app, routes.getVideo, ({ params }) => existing(params.id));

  mount(app, routes.listVideoClips, async ({ params }) => {
    const video = await existing(params.id);
    return { data: await listClips(db, video.id) };
  });
}
