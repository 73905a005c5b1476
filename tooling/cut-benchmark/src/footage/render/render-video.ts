import { timeline } from '../plan/timeline.ts';
import { type TransitionPlan, transitionFrames, type VideoPlan } from '../plan/video-plan.ts';
import { createFieldBank } from '../scene/field-bank.ts';
import { drawLetterbox, drawLogo } from './captions.ts';
import { dissolve, fade, wipe, type WipeOrder, wipeOrder } from './mix.ts';
import { createPicture, type Picture } from './picture.ts';
import { ShotRenderer } from './shot-renderer.ts';

/**
 * Renders a video frame by frame: YCbCr 4:2:0, planes one after the other, `width * height * 1.5` bytes.
 * The bytes are reused: take what is needed before asking for the next frame.
 */
export function* renderVideo(plan: VideoPlan): Generator<Uint8Array> {
  const { width, height, fps } = plan;
  const bank = createFieldBank(plan.bankSeed);
  const picture = createPicture(width, height);
  const other = createPicture(width, height);
  const rate = fps[0] / fps[1];

  function open(index: number): ShotRenderer | undefined {
    const shot = plan.shots[index];
    const lead = plan.transitions[index - 1];
    return shot && new ShotRenderer(shot, { bank, fps: rate, lead: lead ? transitionFrames(lead) : 0 });
  }

  let current = open(0);
  /** Frames of the current shot that were shown. */
  let shown = 0;
  for (const stretch of timeline(plan)) {
    const next = 'transition' in stretch ? open(stretch.after + 1) : undefined;
    const mix = 'transition' in stretch ? mixer(stretch.transition, picture, other) : undefined;
    for (let i = 0; i < stretch.frames; i += 1) {
      current?.render(shown + i, picture);
      if (mix) {
        next?.render(i, other);
        mix(i);
      }
      if (plan.letterbox) drawLetterbox(picture);
      if (plan.logo) drawLogo(picture, plan.bankSeed);
      yield picture.bytes;
    }
    if (next) current = next;
    shown = next ? stretch.frames : shown + stretch.frames;
  }
}

/** @returns what makes frame `i` of the transition from both shots, in the first of the pictures */
function mixer(transition: TransitionPlan, outgoing: Picture, incoming: Picture): (i: number) => void {
  switch (transition.kind) {
    case 'cut':
      return () => undefined;
    case 'dissolve': {
      const { frames, easing } = transition;
      return (i) => {
        const share = (i + 1) / (frames + 1);
        dissolve(outgoing, incoming, easing === 'even' ? share : share * share * (3 - 2 * share));
      };
    }
    case 'wipe': {
      const { frames, geometry, softness } = transition;
      const order: WipeOrder = wipeOrder(geometry, outgoing.width, outgoing.height);
      return (i) => wipe(outgoing, incoming, order, (i + 1) / (frames + 1), softness);
    }
    case 'fade': {
      const { out, hold, in: rise, colour } = transition;
      return (i) => {
        if (i < out) return fade(outgoing, colour, (i + 1) / (out + 1));
        if (i >= out + hold) outgoing.bytes.set(incoming.bytes);
        fade(outgoing, colour, i < out + hold ? 1 : 1 - (i - out - hold + 1) / (rise + 1));
      };
    }
  }
}
