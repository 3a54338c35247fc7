/** The streams a verb talks through. Results go to stdout; questions, progress and errors to stderr. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError, VerbFailed } from './verb.ts';

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Results are wanted as JSON. */
  readonly json: boolean;
}

/** The option that every verb which needs a passphrase takes. */
export const passphraseOption = {
  'passphrase-stdin': { type: 'boolean', about: 'Read the passphrase from the first line of standard input' },
} as const;

const FIRST_LINE_BYTES_MAX = 4096;
const NEW_PASSPHRASE_MIN = 12;

export interface PassphraseQuestion {
  readonly fromStdin: boolean;
  readonly question: string;
}

/**
 * A passphrase, from a prompt that does not show it or from standard input; there is deliberately
 * no argument and no environment variable for it, because other programs can read those.
 */
export async function readPassphrase(terminal: Terminal, { fromStdin, question }: PassphraseQuestion): Promise<string> {
  const passphrase = fromStdin ? await firstLine(terminal.stdin) : await askHidden(terminal, question);
  if (passphrase === '') throw new VerbFailed('Nothing was typed.');
  return passphrase;
}

/** The printed recovery code: it opens the vault as a passphrase does, and is asked for as one. */
export async function readRecoveryCode(terminal: Terminal, fromStdin: boolean): Promise<string> {
  return readPassphrase(terminal, { fromStdin, question: 'Recovery code: ' });
}

/** A new one: typed twice at a prompt, and long enough. */
export async function readNewPassphrase(terminal: Terminal, asked: PassphraseQuestion): Promise<string> {
  const passphrase = await readPassphrase(terminal, asked);
  if ([...passphrase].length < NEW_PASSPHRASE_MIN) {
    throw new VerbFailed(`A passphrase needs at least ${NEW_PASSPHRASE_MIN} characters.`);
  }
  if (!asked.fromStdin && passphrase !== (await askHidden(terminal, 'The same once more: '))) {
    throw new VerbFailed('The two passphrases differ.');
  }
  return passphrase;
}

async function firstLine(stdin: NodeJS.ReadStream): Promise<string> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stdin) {
    bytes = Buffer.concat([bytes, Buffer.from(chunk)]);
    if (bytes.includes('\n') || bytes.length > FIRST_LINE_BYTES_MAX) break;
  }
  const [line = ''] = bytes.toString('utf8').split('\n', 1);
  if (line.length > FIRST_LINE_BYTES_MAX)
    throw new VerbFailed('The first line of standard input is too long for a passphrase.');
  return line.replace(/\r$/, '');
}

async function askHidden({ stdin, stderr }: Terminal, question: string): Promise<string> {
  if (!stdin.isTTY) throw new UsageError('There is no terminal to ask for the passphrase on: use --passphrase-stdin.');
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: unseen, terminal: true });
  const stopped = new Promise<never>((_resolve, reject) => {
    for (const event of ['SIGINT', 'close'] as const) lines.on(event, () => reject(new VerbFailed('Stopped.')));
  });
  try {
    stderr.write(question);
    return await Promise.race([lines.question(''), stopped]);
  } finally {
    stderr.write('\n');
    // Closing rejects `stopped`, which nobody waits for any more.
    stopped.catch(() => undefined);
    lines.close();
  }
}
