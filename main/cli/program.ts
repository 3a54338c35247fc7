/** Where the program and what it works on lie. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');

export const RENDERER_FOLDER = path.join(ROOT, 'dist/renderer');

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** The folder of the vaults: the one that the desktop app uses, so that every way in finds the same. */
export function vaultsFolder(env = process.env, platform = process.platform): string {
  return path.join(dataFolder(env, platform), 'vaults');
}

/** What the program keeps on this machine. */
export function dataFolder(
  { COUNTERSIGN_HOME, XDG_CONFIG_HOME, APPDATA }: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (COUNTERSIGN_HOME) return path.resolve(COUNTERSIGN_HOME);
  switch (platform) {
    case 'darwin':
      return path.join(os.homedir(), 'Library/Application Support/Countersign');
    case 'win32':
      return path.join(APPDATA ?? path.join(os.homedir(), 'AppData/Roaming'), 'Countersign');
    default:
      return path.join(XDG_CONFIG_HOME || path.join(os.homedir(), '.config'), 'Countersign');
  }
}
