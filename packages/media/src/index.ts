export { analyzeCuts, type AnalyzeCutsOptions, type CutAnalysis } from './analyze-cuts.ts';
export type { Clip, ClipOptions } from './clips/choose-clips.ts';
export type { ScoreParts } from './clips/frame-scores.ts';
export { FfmpegError, MediaError, type FfmpegErrorCode, type MediaErrorCode } from './errors.ts';
export { resolveFfmpeg, type Ffmpeg, type ResolveFfmpegOptions } from './ffmpeg/resolve.ts';
export { probe, type MediaInfo, type ProbeOptions } from './probe.ts';
export type { Shot, Transition } from './shots/shot.ts';
