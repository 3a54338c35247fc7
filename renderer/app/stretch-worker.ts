/** Argon2id off the window's own thread: it takes long on purpose, and the window must not freeze. */
import { argon2id } from 'hash-wasm';
import { fromHex } from '../../core/canonical/personal-key.ts';
import type { StretchAnswer, StretchQuestion } from './passphrase.ts';

self.onmessage = async ({ data }: MessageEvent<StretchQuestion>) => {
  let answer: StretchAnswer;
  try {
    const stretched = await argon2id({
      password: data.passphrase,
      salt: fromHex(data.kdf.salt),
      iterations: data.kdf.passes,
      memorySize: data.kdf.memoryKiB,
      parallelism: data.kdf.lanes,
      hashLength: 32,
      outputType: 'binary',
    });
    answer = { stretched: new Uint8Array(stretched) };
  } catch (error) {
    answer = { problem: error instanceof Error ? error.message : 'unknown' };
  }
  self.postMessage(answer);
};
