/**
 * Who sits at this desk. The unlocked personal key is a key object that cannot be exported, held in
 * memory only; dropping the identity drops it, while the vault stays open for background work.
 */
import { create } from 'zustand';
import {
  type DeskSecrets,
  openPersonalKey,
  resealPersonalKey,
  type SecretKey,
  signText,
} from '../../core/canonical/personal-key.ts';
import type { KdfParameters, Me, SealedKey, SignedInBefore } from '../../core/contract/index.ts';
import { client } from './client.ts';
import { newKdfParameters, secretsOf } from './passphrase.ts';
import { endsTheSession, worthAskingAgain } from './refusals.ts';
import { sessionToken } from './session-token.ts';

interface Identity {
  readonly me: Me;
  readonly key: SecretKey;
  readonly kdf: KdfParameters;
  readonly sealedPrivateKey: SealedKey;
  /** The founding that the key is sealed for. */
  readonly founding: string;
  /** When they were here last, and who tried in between. */
  readonly before: SignedInBefore;
}

export type LeaveReason = 'signed_out' | 'idle' | 'session_ended' | 'vault_locked';

interface IdentityState {
  readonly identity: Identity | null;
  readonly left: LeaveReason | null;
}

export const useIdentity = create<IdentityState>(() => ({ identity: null, left: null }));

export interface SignInInput {
  readonly file?: string | undefined;
  readonly name: string;
  readonly passphrase: string;
}

/** Signs in, and opens the vault when it is locked. */
export async function signIn({ file, name, passphrase }: SignInInput): Promise<void> {
  const where = file === undefined ? {} : { file };
  const { kdf } = await client.session.parameters({ ...where, name });
  await enter({ file, name, secrets: await secretsOf(passphrase, kdf) });
}

/** The same with secrets already made: right after creating a vault nobody types twice. */
export async function enter(input: { file?: string | undefined; name: string; secrets: DeskSecrets }): Promise<void> {
  const { file, name, secrets } = input;
  const where = file === undefined ? {} : { file };
  const answer = await client.session.signIn({
    ...where,
    name,
    slotSecret: secrets.slotSecret,
    signInProof: secrets.signInProof,
  });
  const { me, kdf, before, foundingFingerprint: founding } = answer;
  const { key, pinned } = await openPersonalKey(answer.sealedPrivateKey, secrets.sealingKey, founding);
  if (pinned) {
    const pin = { signInProof: secrets.signInProof, sealedPrivateKey: pinned };
    await client.session.pinFounding(pin, { context: { session: answer.token } });
  }
  sessionToken.set(answer.token);
  const sealedPrivateKey = pinned ?? answer.sealedPrivateKey;
  useIdentity.setState({ identity: { me, key, kdf, sealedPrivateKey, founding, before }, left: null });
}

/** Forgets the key and the session here. Safe to call twice. */
export function dropIdentity(reason: LeaveReason): void {
  if (useIdentity.getState().identity === null) return;
  sessionToken.set(null);
  useIdentity.setState({ identity: null, left: reason });
}

/** Leaves the desk: the session ends at the engine too, the vault stays open. */
export async function leaveDesk(reason: 'signed_out' | 'idle'): Promise<void> {
  const session = sessionToken.current();
  dropIdentity(reason);
  if (session === null) return;
  try {
    await client.session.signOut(undefined, { context: { session } });
  } catch (error) {
    // The key is gone from this window already. An engine that is away, or has ended the session
    // itself, leaves nothing more to do.
    if (!worthAskingAgain(error) && !endsTheSession(error)) throw error;
  }
}

/** Closes the vault for everybody: nothing syncs or pays until somebody opens it again. */
export async function closeVault(): Promise<void> {
  await client.vault.lock();
  dropIdentity('vault_locked');
}

/** The treasury's founding, as this person's own key knows it. */
export function foundingOfMine(): string {
  return current().founding;
}

/** Signs the very text that was shown. */
export async function signAsMe(text: string): Promise<string> {
  return signText(current().key, text);
}

/** Shows the engine that whoever sits here knows the passphrase, for what an open session is not enough. */
export async function proofOf(passphrase: string): Promise<string> {
  const { kdf, sealedPrivateKey } = current();
  const secrets = await secretsOf(passphrase, kdf);
  await resealOrSayWhy(sealedPrivateKey, secrets.sealingKey, secrets.sealingKey);
  return secrets.signInProof;
}

/** The same key pair under a new passphrase; other people's access is untouched. */
export async function changePassphrase(input: { oldPassphrase: string; newPassphrase: string }): Promise<void> {
  const { me, kdf, sealedPrivateKey } = current();
  const before = await secretsOf(input.oldPassphrase, kdf);
  const newKdf = newKdfParameters();
  const after = await secretsOf(input.newPassphrase, newKdf);
  const resealed = await resealOrSayWhy(sealedPrivateKey, before.sealingKey, after.sealingKey);
  await client.session.changePassphrase({
    signInProof: before.signInProof,
    credentials: {
      kdf: newKdf,
      slotSecret: after.slotSecret,
      signInProof: after.signInProof,
      publicKey: me.publicKey,
      sealedPrivateKey: resealed,
    },
  });
  const { identity } = useIdentity.getState();
  if (identity) useIdentity.setState({ identity: { ...identity, kdf: newKdf, sealedPrivateKey: resealed } });
}

/** The old passphrase typed was another one: found out here, before anything is sent. */
export class WrongOldPassphrase extends Error {
  override readonly name = 'WrongOldPassphrase';
  readonly code = 'passphrase.wrong_old';
}

async function resealOrSayWhy(sealed: SealedKey, from: SecretKey, to: SecretKey): Promise<SealedKey> {
  try {
    return await resealPersonalKey(sealed, from, to);
  } catch (cause) {
    throw new WrongOldPassphrase('The old passphrase does not open your key.', { cause });
  }
}

function current(): Identity {
  const { identity } = useIdentity.getState();
  if (identity === null) throw new Error('Nobody is signed in at this desk');
  return identity;
}
