/**
 * A person's desk without a window: what the command line, the demo and tests use to be somebody.
 * The same passphrase gives the same secrets here and in the window, and leaves neither.
 */
import { randomBytes } from 'node:crypto';
import type { ContractRouterClient } from '@orpc/contract';
import { argon2id } from 'hash-wasm';
import {
  createPersonalKey,
  type DeskSecrets,
  deskSecrets,
  fromHex,
  openPersonalKey,
  signText,
} from '../../core/canonical/personal-key.ts';
import type { ActTerms, Contract, Credentials, KdfParameters, Me, Role } from '../../core/contract/index.ts';
import type { CallContext } from '../engine/host.ts';

export type DeskClient = ContractRouterClient<Contract, CallContext>;

export interface SignedInDesk {
  readonly me: Me;
  /** Goes beside each call of this person. */
  readonly context: { readonly session: string };
  /** The founding that this person's key is sealed for. */
  readonly founding: string;
  /** Signs with the person's own key; the very text, as it was shown. Hex. */
  sign(text: string): Promise<string>;
}

/** What new passphrases are stretched with; existing ones keep what is stored beside them. */
export function newKdfParameters(): KdfParameters {
  return { algorithm: 'argon2id', salt: randomBytes(16).toString('hex'), memoryKiB: 64 * 1024, passes: 3, lanes: 1 };
}

export async function stretch(passphrase: string, kdf: KdfParameters): Promise<DeskSecrets> {
  const stretched = await argon2id({
    // The same letters typed on another system may be composed of other code points.
    password: passphrase.normalize('NFC'),
    salt: fromHex(kdf.salt),
    iterations: kdf.passes,
    memorySize: kdf.memoryKiB,
    parallelism: kdf.lanes,
    hashLength: 32,
    outputType: 'binary',
  });
  return deskSecrets(new Uint8Array(stretched));
}

/** A new person: a new key pair under a new passphrase; sealed for a founding, or for the one they first sign in to. */
export async function newCredentials(
  passphrase: string,
  kdf = newKdfParameters(),
  founding: string | null = null,
): Promise<Credentials> {
  const secrets = await stretch(passphrase, kdf);
  const pair = await createPersonalKey(secrets.sealingKey, founding);
  return { kdf, slotSecret: secrets.slotSecret, signInProof: secrets.signInProof, ...pair };
}

/** Signs in, and opens the vault when it is locked. `file` chooses among the vaults of a folder. */
export async function signInWith(
  client: DeskClient,
  name: string,
  passphrase: string,
  file?: string,
): Promise<SignedInDesk> {
  const where = file === undefined ? {} : { file };
  const { kdf } = await client.session.parameters({ ...where, name });
  const { slotSecret, signInProof, sealingKey } = await stretch(passphrase, kdf);
  const answer = await client.session.signIn({ ...where, name, slotSecret, signInProof });
  const founding = answer.foundingFingerprint;
  const { key, pinned } = await openPersonalKey(answer.sealedPrivateKey, sealingKey, founding);
  const context = { session: answer.token };
  if (pinned) await client.session.pinFounding({ signInProof, sealedPrivateKey: pinned }, { context });
  return { me: answer.me, context, founding, sign: (text) => signText(key, text) };
}

/** Signs these terms, and says whether that carried them out. */
export async function signTerms(client: DeskClient, { context, sign }: SignedInDesk, terms: ActTerms) {
  const { statement } = await client.acts.prepare({ terms }, { context });
  return client.acts.sign({ statement, signature: await sign(statement) }, { context });
}

export interface Newcomer {
  readonly name: string;
  readonly roles: Role[];
  readonly groups?: string[];
  readonly credentials: Credentials;
}

/** Proposes a person and signs for them first; they can sign in once enough admins have. */
export async function addPerson(client: DeskClient, { context, sign }: SignedInDesk, newcomer: Newcomer) {
  const { staffId, terms, statement } = await client.staff.propose(newcomer, { context });
  const { done } = await client.acts.sign({ statement, signature: await sign(statement) }, { context });
  return { staffId, terms, done };
}
