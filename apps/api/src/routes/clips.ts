import { routes } from '@orq/contracts';
import type { StoredMedia } from '@orq/db';
import type { AppDeps } from '../deps.ts';
import { answerFile, typeOf } from '../files/answer-file.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';
import { ProblemError } from '../problem.ts';
import { findClip, toClip } from '../videos/read-clip.ts';
import { rendered } from '../videos/render-state.ts';

export function clipRoutes(app: Api, { db, storage }: AppDeps): void {
  async function existing(id: string) {
    const clip = await findClip(db, id);
    if (!clip) throw new ProblemError('not-found', `There is no clip ${id}: was its video analysed again?`);
    return clip;
  }

  async function file(id: string, which: 'media' | 'poster'): Promise<StoredMedia> {
    const { clip, render } = await existing(id);
    return rendered(clip[which], render, `The ${which} of clip ${id}`);
  }

  mount(app, routes.getClip, async ({ params }) => toClip(await existing(params.id)));

  mount(app, routes.getClipMedia, async ({ params, c }) =>
    answerFile(c, storage, await file(params.id, 'media'), typeOf(routes.getClipMedia)),
  );

  mount(app, routes.getClipPoster, async ({ params, c }) =>
    answerFile(c, storage, await file(params.id, 'poster'), typeOf(routes.getClipPoster)),
  );
}
