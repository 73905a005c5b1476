import { type Found, type GradualKind, stretchOf } from '@orq/cut-benchmark';
import type { ScoredContender } from '../scoring/score-videos.ts';

const describe = (found: Found) => {
  const { from, to } = stretchOf(found);
  return found.type === 'cut' ? `cut ${from}` : `${found.kind ?? 'gradual'} ${from}-${to}`;
};

const labelled = ({ from, to, kind }: { from: number; to: number; kind: GradualKind | undefined }) =>
  `${kind ?? 'gradual'} ${from}-${to}`;

/** What each contender missed and made up, video by video, in frames. */
export function listErrors(scored: readonly ScoredContender[]): string[] {
  return scored.flatMap(({ contender, videos }) => [
    '',
    `Errors of ${contender.name}`,
    ...videos.flatMap(({ video, match }) => {
      const missed = [
        ...match.missedHard.map((frame) => `cut ${frame}`),
        ...match.missedGradual.map(labelled),
      ];
      const wrong = [...match.falseCuts, ...match.falseGraduals].map(describe);
      const otherKind = match.gradual
        .filter(
          (pair) => contender.isTyped && pair.labelled.kind && !isOfKind(pair.found, pair.labelled.kind),
        )
        .map((pair) => `${describe(pair.found)} for ${labelled(pair.labelled)}`);
      const parts = [
        missed.length > 0 && `missed ${missed.join(', ')}`,
        wrong.length > 0 && `false ${wrong.join(', ')}`,
        otherKind.length > 0 && `of another kind ${otherKind.join(', ')}`,
      ].filter((part) => part !== false);
      return parts.length === 0 ? [] : [`  ${video}: ${parts.join('; ')}`];
    }),
  ]);
}

const isOfKind = (found: Found, kind: GradualKind) => found.type === 'gradual' && found.kind === kind;
