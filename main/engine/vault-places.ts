/** Where vaults are on this machine: one file, the files of a folder, or a database that others share. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Refusal } from '../../core/errors/refusal.ts';
import type { EngineOptions } from './host.ts';

type Target = EngineOptions['target'];

const VAULT_ENDING = '.vault';
const FILE_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,79}$/u;

export function knownFiles(target: Target, isOpen: boolean): string[] {
  switch (target.kind) {
    case 'folder':
      return readdirSync(target.folder)
        .filter((name) => name.endsWith(VAULT_ENDING))
        .sort();
    case 'file':
      return existsSync(target.file) ? [basename(target.file)] : [];
    case 'postgres':
      return isOpen ? ['database'] : [];
  }
}

export function pathOfVault(target: Target, file: string | undefined): string {
  if (target.kind === 'file') return target.file;
  if (target.kind === 'postgres') throw new Refusal('vault.missing');
  const name = file ?? knownFiles(target, false)[0];
  if (name === undefined || !FILE_NAME.test(name)) throw new Refusal('vault.missing');
  return join(target.folder, name);
}

/** Where a vault that is being made comes to lie. */
export function placeForVault(
  target: Exclude<Target, { kind: 'postgres' }>,
  { file, name }: { readonly file?: string | undefined; readonly name: string },
): string {
  if (target.kind === 'file') {
    mkdirSync(dirname(target.file), { recursive: true, mode: 0o700 });
    return target.file;
  }
  const stem =
    file ??
    name
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .slice(0, 60);
  const withEnding = stem.endsWith(VAULT_ENDING) ? stem : `${stem || 'treasury'}${VAULT_ENDING}`;
  return join(target.folder, withEnding);
}
