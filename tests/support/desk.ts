/** A person at a desk, over a real engine: founds, signs in, approves with their own key. */
import { resealPersonalKey } from '../../core/canonical/personal-key.ts';
import type { Credentials, KdfParameters, Payee, Role } from '../../core/contract/index.ts';
import type { EngineClient } from '../../main/engine/host.ts';
import {
  addPerson as letIn,
  newCredentials,
  type SignedInDesk,
  signInWith,
  stretch,
} from '../../main/signing/personal-desk.ts';

/** Stretching that costs next to nothing: for tests of everything else. */
export const CHEAP_KDF: Omit<KdfParameters, 'salt'> = { algorithm: 'argon2id', memoryKiB: 64, passes: 1, lanes: 1 };

export function cheapCredentials(passphrase: string): Promise<Credentials> {
  const salt = Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(16))).toString('hex');
  return newCredentials(passphrase, { ...CHEAP_KDF, salt });
}

export async function foundVault(
  client: EngineClient,
  overrides: { name?: string; network?: 'sandbox' | 'live' } = {},
) {
  return client.vault.create({
    name: 'Test treasury',
    network: 'sandbox',
    ...overrides,
    founder: { name: 'Ada', credentials: await cheapCredentials('ada says hello') },
  });
}

export async function addPerson(client: EngineClient, by: SignedInDesk, name: string, roles: Role[]) {
  const credentials = await cheapCredentials(`${name.toLowerCase()} says hello`);
  return letIn(client, by, { name, roles, credentials });
}

export function signIn(client: EngineClient, name: string): Promise<SignedInDesk> {
  return signInWith(client, name, `${name.toLowerCase()} says hello`);
}

/** A second person stands for where the payee is paid. */
export async function confirmPayee(client: EngineClient, desk: SignedInDesk, payee: Payee): Promise<void> {
  await client.payees.confirm({ destinationIds: payee.destinations.map(({ id }) => id) }, { context: desk.context });
}

export async function approveAs(client: EngineClient, desk: SignedInDesk, payoutId: string) {
  const { context } = desk;
  const { statement } = await client.approvals.prepare({ id: payoutId }, { context });
  return client.approvals.give({ id: payoutId, statement, signature: await desk.sign(statement) }, { context });
}

/** As the window does it: the same key pair, sealed anew. */
export async function changePassphraseOf(
  client: EngineClient,
  desk: SignedInDesk,
  from: string,
  to: string,
): Promise<void> {
  const { kdf } = await client.session.parameters({ name: desk.me.name });
  const old = await stretch(from, kdf);
  const { sealedPrivateKey } = await client.session.signIn({
    name: desk.me.name,
    slotSecret: old.slotSecret,
    signInProof: old.signInProof,
  });
  const salt = Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(16))).toString('hex');
  const next = { ...CHEAP_KDF, salt };
  const { slotSecret, signInProof, sealingKey } = await stretch(to, next);
  const credentials = {
    kdf: next,
    slotSecret,
    signInProof,
    publicKey: desk.me.publicKey,
    sealedPrivateKey: await resealPersonalKey(sealedPrivateKey, old.sealingKey, sealingKey),
  };
  await client.session.changePassphrase({ signInProof: old.signInProof, credentials }, { context: desk.context });
}

/** Asks again until it holds, for as long as jobs may take; fails by the test's own time limit otherwise. */
export async function eventually<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
