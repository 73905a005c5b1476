import { renderSheets } from '@orq/contracts';
import { sheetKeys, type StoredMedia, type StoredSheet } from '@orq/db';
import { probe, writeSheet, type WrittenSheet } from '@orq/media';
import { defineHandler, PermanentError } from '@orq/queue';
import { v7 as uuidv7 } from 'uuid';
import type { HandlerDeps } from '../deps.ts';
import { permanentWhereNoRetryHelps } from '../permanent-faults.ts';
import { discardStored, storeFiles } from '../store-files.ts';
import { openWorkFolder } from '../work-folder.ts';
import { findVideoKey, saveSheets } from './sheets.ts';

/** Frames that can be told apart, and 6 of them side by side; two thirds of that where they only show what happens when. */
const CONTACT_SHEET = { box: { width: 240, height: 240 }, maxWidth: 1500 };
const STORYBOARD = { box: { width: 160, height: 160 }, maxWidth: 1700 };

/** Makes the two pictures of a video, and names them in its row as the job completes. */
export const renderSheetsHandler = ({ sql, storage, ffmpeg }: HandlerDeps) =>
  defineHandler(renderSheets, async ({ input, signal, progress, log, commit }) => {
    const { video_asset_id: videoId, analysis_id: analysisId } = input;
    const videoKey = await findVideoKey(sql, videoId, analysisId);
    if (videoKey === undefined) {
      throw new PermanentError(
        `Video ${videoId} has no clips of analysis ${analysisId}: a later one took its place`,
      );
    }

    await using folder = await openWorkFolder();
    const [contactFile, storyFile] = [folder.file('contact-sheet.jpg'), folder.file('storyboard.jpg')];
    const [contactMs, storyMs] = [input.contact_sheet_ms, input.storyboard_ms];
    const share = contactMs.length / (contactMs.length + storyMs.length);
    const [contact, story] = await permanentWhereNoRetryHelps(async () => {
      await using video = await storage.localFile(videoKey, { signal });
      const source = { ffmpeg, signal, info: await probe(video.path, { ffmpeg, signal }) };
      const first = await writeSheet(video.path, contactFile, {
        ...source,
        ...CONTACT_SHEET,
        framesMs: contactMs,
        onProgress: (done) => progress(share * done),
      });
      const second = await writeSheet(video.path, storyFile, {
        ...source,
        ...STORYBOARD,
        framesMs: storyMs,
        onProgress: (done) => progress(share + (1 - share) * done),
      });
      return [first, second];
    });

    const keys = sheetKeys(videoId, uuidv7());
    const files = [
      { key: keys.contactSheet, file: contactFile },
      { key: keys.storyboard, file: storyFile },
    ] as const;
    const stored = await storeFiles(storage, files, signal);
    const contactSheet = toStored(stored[0], contact, input.shots);
    const storyboard = toStored(stored[1], story, storyMs.length);
    log.info({ shots: input.shots, shown: contact.framesMs.length }, 'sheets made');
    commit(async (tx) => {
      if (await saveSheets(tx, { videoId, analysisId }, { contactSheet, storyboard })) return;
      await discardStored(storage, stored);
      throw new Error('The video was analysed again while its sheets were made');
    });
    return { contact_sheet_frames: contact.framesMs.length, storyboard_frames: story.framesMs.length };
  });

function toStored(stored: StoredMedia, sheet: WrittenSheet, total: number): StoredSheet {
  const { width, height, columns, rows, cell, gap, framesMs } = sheet;
  const layout = { width, height, columns, rows, cell_width: cell.width, cell_height: cell.height, gap };
  return { ...stored, layout: { ...layout, frames_ms: framesMs, total } };
}
