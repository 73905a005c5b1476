import { routes } from '@orq/contracts';
import type { StoredSheet } from '@orq/db';
import type { AppDeps } from '../deps.ts';
import { answerFile, typeOf } from '../files/answer-file.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';
import { ProblemError } from '../problem.ts';
import { listClips, toClip } from '../videos/read-clip.ts';
import { findVideo, toVideo } from '../videos/read-video.ts';
import { rendered } from '../videos/render-state.ts';

export function videoRoutes(app: Api, { db, storage }: AppDeps): void {
  async function existing(id: string) {
    const video = await findVideo(db, id);
    if (!video) throw new ProblemError('not-found', `There is no video ${id}`);
    return video;
  }

  async function sheet(id: string, which: 'contactSheet' | 'storyboard', name: string): Promise<StoredSheet> {
    const { video, sheets } = await existing(id);
    return rendered(video[which], sheets, `The ${name} of video ${id}`);
  }

  mount(app, routes.getVideo, async ({ params }) => toVideo(await existing(params.id)));

  mount(app, routes.listVideoClips, async ({ params }) => {
    const { video } = await existing(params.id);
    return { data: (await listClips(db, video.id)).map(toClip) };
  });

  mount(app, routes.getContactSheet, async ({ params, c }) =>
    answerFile(
      c,
      storage,
      await sheet(params.id, 'contactSheet', 'contact sheet'),
      typeOf(routes.getContactSheet),
    ),
  );

  mount(app, routes.getStoryboard, async ({ params, c }) =>
    answerFile(c, storage, await sheet(params.id, 'storyboard', 'storyboard'), typeOf(routes.getStoryboard)),
  );
}
