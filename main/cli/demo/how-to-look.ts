/** How the person can look at the vault themselves; the passphrases exist nowhere else. */
import type { Played } from './main-job.ts';

export function howToLook(file: string, { cast }: Played): string {
  const [founder] = cast.people;
  const width = Math.max(...cast.people.map(({ name, part }) => `${name} (${part})`.length));
  return [
    '',
    'Look at it:',
    `  npm run countersign -- vault verify ${quoted(file)} --as ${quoted(founder?.name ?? '')}`,
    `  npm run countersign -- audit verify --vault ${quoted(file)} --as ${quoted(founder?.name ?? '')}`,
    `  npm run countersign -- serve --vault ${quoted(file)} --open`,
    'Passphrases, shown once:',
    ...cast.people.map(({ name, part, passphrase }) => `  ${`${name} (${part})`.padEnd(width)}  ${passphrase}`),
    ...(cast.recoveryCode === null ? [] : [`Recovery code, shown once: ${cast.recoveryCode}`]),
    '',
    '',
  ].join('\n');
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
