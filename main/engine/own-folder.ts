/**
 * Where the simulated services of a shared sandbox keep what happened: a database has no place of its
 * own on this machine. Anybody may write where temporary files are, so they are kept in a folder that
 * only whoever runs this may enter; a file of somebody else's would say where the services are.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../core/errors/refusal.ts';

const GROUP_AND_OTHERS = 0o077;

export function ownFolder(within = tmpdir(), { uid } = userInfo()): string {
  // Windows keeps temporary files for each user, and knows neither numbers nor modes.
  const isNumbered = uid >= 0;
  const folder = join(within, isNumbered ? `countersign-${uid}` : 'countersign');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // What is there may be somebody else's, or lead elsewhere.
  const found = lstatSync(folder);
  const isOurs = found.isDirectory() && (!isNumbered || (found.uid === uid && (found.mode & GROUP_AND_OTHERS) === 0));
  if (!isOurs) {
    throw new Refusal(
      'vault.own_folder',
      { folder },
      `Others may write to ${folder}, where the simulated services of this sandbox keep what happened. Remove it, or set TMPDIR to a folder of your own.`,
    );
  }
  return folder;
}
