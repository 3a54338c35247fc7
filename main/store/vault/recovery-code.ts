/**
 * The code that is printed and shown once: 160 random bits in letters and digits that are hard to
 * confuse (Crockford's), with a check that tells a typing mistake from a code of another vault.
 */
import { createHash, randomBytes } from 'node:crypto';
import { recoveryLetters } from '../../../core/canonical/recovery-sheet.ts';
import { Refusal } from '../../../core/errors/refusal.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_BYTES = 20;
const CHECK_LETTERS = 4;
const GROUP = 4;

/** Nine groups of four: `7K3M-…`. */
export function newRecoveryCode(): string {
  const secret = letters(randomBytes(SECRET_BYTES));
  const code = secret + checkOf(secret);
  return code.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? code;
}

/** The secret of a typed code: in any case, with or without its hyphens, O for 0, I or L for 1. */
export function recoverySecret(typed: string): Uint8Array {
  const typedLetters = recoveryLetters(typed);
  const secret = typedLetters?.secret ?? '';
  if (typedLetters?.check !== checkOf(secret)) {
    throw new Refusal(
      'vault.wrong_passphrase',
      { reason: 'recovery_code_mistyped' },
      'The recovery code is mistyped: its check letters do not match.',
    );
  }
  return createHash('sha256').update(`countersign recovery code v1\n${secret}`).digest();
}

function checkOf(secret: string): string {
  return letters(createHash('sha256').update(`countersign recovery check v1\n${secret}`).digest().subarray(0, 5)).slice(
    0,
    CHECK_LETTERS,
  );
}

/** Five bits a letter; whole letters only, so a multiple of five bytes. */
function letters(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += ALPHABET[(bits >> count) & 31];
    }
    bits &= (1 << count) - 1;
  }
  return text;
}
