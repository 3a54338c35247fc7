import { webcrypto } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromHex, type Sealed } from '../../../core/canonical/personal-key.ts';
import type { KdfParameters } from '../../../core/contract/index.ts';
import type { EngineClient } from '../../../main/engine/host.ts';
import { newCredentials, newKdfParameters, signInWith, stretch } from '../../../main/signing/personal-desk.ts';

const KDF: KdfParameters = { algorithm: 'argon2id', salt: '0102'.repeat(8), memoryKiB: 64, passes: 1, lanes: 1 };

test('the same passphrase gives the same secrets, whichever way its letters were composed', async () => {
  const composed = await stretch('caf\u00e9 au lait', KDF);
  const decomposed = await stretch('cafe\u0301 au lait', KDF);
  expect(decomposed.slotSecret).toBe(composed.slotSecret);
  expect(decomposed.signInProof).toBe(composed.signInProof);
  expect((await stretch('cafe au lait', KDF)).slotSecret).not.toBe(composed.slotSecret);
  expect((await stretch('caf\u00e9 au lait', { ...KDF, salt: 'ff'.repeat(16) })).slotSecret).not.toBe(
    composed.slotSecret,
  );
});

test('new passphrases are stretched at full cost, with a salt of their own', () => {
  expect(newKdfParameters()).toMatchObject({ algorithm: 'argon2id', memoryKiB: 65_536, passes: 3 });
  expect(newKdfParameters().salt).not.toBe(newKdfParameters().salt);
});

test('credentials hold neither the passphrase nor the private key', async () => {
  const credentials = await newCredentials('a long enough passphrase', KDF);
  expect(JSON.stringify(credentials)).not.toContain('passphrase');
  expect(credentials.sealedPrivateKey.sealed).not.toContain(credentials.publicKey);
  expect(Object.keys(credentials).toSorted()).toEqual([
    'kdf',
    'publicKey',
    'sealedPrivateKey',
    'signInProof',
    'slotSecret',
  ]);
});

const FOUNDING = 'ab'.repeat(32);

test('signing in opens the key that signs as the person, and seals it for the founding it is shown', async () => {
  const credentials = await newCredentials('a long enough passphrase', KDF);
  const asked: unknown[] = [];
  const pinned: { sealedPrivateKey: Sealed }[] = [];
  let shown = FOUNDING;
  const me = { staffId: 's', name: 'Ada', roles: [], publicKey: credentials.publicKey, signedInAtMs: 1 };
  const client = {
    session: {
      parameters: async () => ({ kdf: KDF }),
      signIn: async (input: unknown) => {
        asked.push(input);
        const sealedPrivateKey = pinned.at(-1)?.sealedPrivateKey ?? credentials.sealedPrivateKey;
        return { token: 'token-1', me, sealedPrivateKey, kdf: KDF, foundingFingerprint: shown };
      },
      pinFounding: async (input: { sealedPrivateKey: Sealed }) => {
        pinned.push(input);
        return {};
      },
    },
  } as unknown as EngineClient;

  const desk = await signInWith(client, 'Ada', 'a long enough passphrase', 'a.vault');
  expect(asked).toEqual([
    { file: 'a.vault', name: 'Ada', slotSecret: credentials.slotSecret, signInProof: credentials.signInProof },
  ]);
  expect(desk.context).toEqual({ session: 'token-1' });
  const key = await webcrypto.subtle.importKey('raw', fromHex(credentials.publicKey), 'Ed25519', true, ['verify']);
  const signature = fromHex(await desk.sign('what was shown'));
  const verify = (text: string) => webcrypto.subtle.verify('Ed25519', key, signature, new TextEncoder().encode(text));
  expect(await verify('what was shown')).toBe(true);
  expect(await verify('what was not shown')).toBe(false);

  await expect(signInWith(client, 'Ada', 'another passphrase', 'a.vault')).rejects.toThrow();

  await signInWith(client, 'Ada', 'a long enough passphrase', 'a.vault');
  expect(pinned).toHaveLength(1);
  shown = 'cd'.repeat(32);
  await expect(signInWith(client, 'Ada', 'a long enough passphrase', 'a.vault')).rejects.toMatchObject({
    code: 'trust.other_founding',
  });
});
