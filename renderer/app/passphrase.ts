/** From a typed passphrase to what the engine is told. The passphrase itself stays in this window. */
import { createPersonalKey, type DeskSecrets, deskSecrets, toHex } from '../../core/canonical/personal-key.ts';
import type { Credentials, KdfParameters } from '../../core/contract/index.ts';

export interface StretchQuestion {
  readonly passphrase: string;
  readonly kdf: KdfParameters;
}

export type StretchAnswer = { readonly stretched: Uint8Array<ArrayBuffer> } | { readonly problem: string };

/** What new passphrases are stretched with; existing ones keep what is stored beside them. */
export function newKdfParameters(): KdfParameters {
  return {
    algorithm: 'argon2id',
    salt: toHex(crypto.getRandomValues(new Uint8Array(16))),
    memoryKiB: 64 * 1024,
    passes: 3,
    lanes: 1,
  };
}

async function stretch(question: StretchQuestion): Promise<Uint8Array<ArrayBuffer>> {
  // A worker per passphrase: its memory, with the passphrase in it, goes away with it.
  const worker = new Worker(new URL('./stretch-worker.ts', import.meta.url), { type: 'module' });
  try {
    const answer = await new Promise<StretchAnswer>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<StretchAnswer>) => resolve(data);
      worker.onerror = (event) => reject(new Error(`The passphrase could not be stretched: ${event.message}`));
      worker.postMessage(question);
    });
    if ('problem' in answer) throw new Error(`The passphrase could not be stretched: ${answer.problem}`);
    return answer.stretched;
  } finally {
    worker.terminate();
  }
}

export async function secretsOf(passphrase: string, kdf: KdfParameters): Promise<DeskSecrets> {
  return deskSecrets(await stretch({ passphrase: passphrase.normalize('NFC'), kdf }));
}

/** A new person: a new key pair under a new passphrase, for the treasury of this founding; null before there is one. */
export async function newCredentials(
  passphrase: string,
  founding: string | null,
): Promise<{ credentials: Credentials; secrets: DeskSecrets }> {
  const kdf = newKdfParameters();
  const secrets = await secretsOf(passphrase, kdf);
  const pair = await createPersonalKey(secrets.sealingKey, founding);
  return { credentials: { kdf, slotSecret: secrets.slotSecret, signInProof: secrets.signInProof, ...pair }, secrets };
}
