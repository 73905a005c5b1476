/** Under which keys storage holds what the rows name. Api and workers share them, as they share the rows. */

/** Below this prefix are the uploaded videos, each under its id. */
export const VIDEO_PREFIX = 'videos/';
/** Below this prefix are the pieces of uploads on their way, in a folder of the upload's id. */
export const UPLOAD_PREFIX = 'uploads/';
/** Below this prefix is what was rendered of clips, in a folder of the clip's id. */
export const CLIP_PREFIX = 'clips/';
/** Below this prefix are the sheets of videos, in a folder of the video's id. */
export const SHEET_PREFIX = 'sheets/';

export const videoKey = (videoId: string): string => `${VIDEO_PREFIX}${videoId}`;

/** Key of a piece of an upload that begins at an offset. Each write has a key of its own: two may begin at the same one. */
export const pieceKey = (uploadId: string, offset: number, writeId: string): string =>
  `${UPLOAD_PREFIX}${uploadId}/${offset}-${writeId}`;

/**
 * Keys of what one run renders of a clip. Each run has keys of its own, so that one that lost its job cannot change what the
 * clip's row names already.
 */
export const clipKeys = (clipId: string, runId: string) => ({
  media: `${CLIP_PREFIX}${clipId}/${runId}.mp4`,
  poster: `${CLIP_PREFIX}${clipId}/${runId}.jpg`,
});

/** Keys of the sheets that one run makes of a video. */
export const sheetKeys = (videoId: string, runId: string) => ({
  contactSheet: `${SHEET_PREFIX}${videoId}/${runId}-contact-sheet.jpg`,
  storyboard: `${SHEET_PREFIX}${videoId}/${runId}-storyboard.jpg`,
});

/** The id of the video, clip or upload that a key is of. */
export const ownerOf = (key: string): string | undefined => key.split('/')[1];
