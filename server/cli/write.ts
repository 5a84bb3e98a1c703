// Writes changed files so that nobody ever sees half of one, and what somebody else wrote meanwhile is not lost.
import { access, chmod, chown, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readState } from '../disk.ts';

/**
 * Replaces the text of a file, which has to be `before` still; its mode stays, and a link stays a link.
 * Gives the reason where it could not be done: then the file is as it was.
 */
export async function replaceText(file: string, before: string, after: string): Promise<string | undefined> {
  const now = await readState(file);
  if (now.kind !== 'present' || now.text !== before) return 'it has changed while it was checked; run this again';
  let aside: string | undefined;
  try {
    const target = await realpath(file);
    const stats = await stat(target);
    // A rename asks the folder only; a file that is read-only is meant to stay.
    await access(target, constants.W_OK);
    // In the same folder, since a file is renamed in one step within one file system only.
    aside = path.join(path.dirname(target), `.${path.basename(target)}.softstop-${process.pid}`);
    await writeFile(aside, after, { flag: 'wx' });
    // Only the superuser may give a file away; anybody else owns what they write anyway.
    await chown(aside, stats.uid, stats.gid).catch(() => undefined);
    await chmod(aside, stats.mode);
    await rename(aside, target);
    return undefined;
  } catch (error) {
    if (aside !== undefined) await rm(aside, { force: true });
    return error instanceof Error ? error.message : String(error);
  }
}
