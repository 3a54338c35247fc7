/**
 * What a new person, or somebody's new key, brings along: made at a desk from a passphrase, and
 * kept sealed from the proposal until as many admins as are needed have signed the act about it.
 * Only then is there a record of the person, and a key slot that opens the vault.
 */
import type { GovernanceTerms } from '../contract/governance.ts';
import type { Work } from '../store/command.ts';
import type { SecretBox } from '../store/secrets.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { keyUsed, notProposed } from './trust/errors.ts';
import { RECOVERY } from './trust/governance-statement.ts';

const utf8 = new TextEncoder();
const purposeOf = (publicKey: string) => `key proposal:${publicKey}`;

export interface Proposed {
  readonly publicKey: string;
  readonly staffId: string;
  readonly name: string;
}

/** Of a proposal that was accepted: what its key slot is made of. */
export interface AcceptedKey extends Proposed {
  readonly brought: () => unknown;
}

export async function keepProposal(work: Work, proposed: Proposed, brought: object): Promise<void> {
  const { publicKey, staffId, name } = proposed;
  const inserted = await work.tx.write
    .insertInto('key_proposals')
    .values({
      public_key: publicKey,
      staff_id: staffId,
      name,
      sealed: work.secrets.seal(purposeOf(publicKey), utf8.encode(JSON.stringify(brought))),
      proposed_by: work.actor.id,
      proposed_at_ms: BigInt(work.nowMs),
      accepted_at_ms: null,
    })
    .onConflict((conflict) => conflict.column('public_key').doNothing())
    .returning('public_key')
    .execute();
  if (inserted.length === 0) throw keyUsed();
}

/** A key is signed for only while what belongs to it is here. */
export async function refuseUnproposed(reader: Reader, terms: GovernanceTerms): Promise<void> {
  const wanted = proposedIn(terms);
  if (!wanted) return;
  const row = await reader.db
    .selectFrom('key_proposals')
    .select(['staff_id', 'name', 'sealed'])
    .where('public_key', '=', wanted.publicKey)
    .where('accepted_at_ms', 'is', null)
    .executeTakeFirst();
  const isIt =
    row?.sealed != null && row.staff_id === wanted.staffId && (wanted.name === null || row.name === wanted.name);
  if (!isIt) throw notProposed(wanted.publicKey);
}

/** From here on its key slot can be made. */
export async function acceptProposal(work: Work, publicKey: string): Promise<unknown> {
  const row = await work.tx.write
    .updateTable('key_proposals')
    .set({ accepted_at_ms: BigInt(work.nowMs) })
    .where('public_key', '=', publicKey)
    .where('accepted_at_ms', 'is', null)
    .where('sealed', 'is not', null)
    .returning('sealed')
    .executeTakeFirst();
  if (row?.sealed == null) throw notProposed(publicKey);
  return opened(work.secrets, publicKey, row.sealed);
}

/** Accepted, and their slot perhaps not made yet. */
export async function acceptedKeys(reader: Reader, secrets: SecretBox): Promise<readonly AcceptedKey[]> {
  const rows = await reader.db
    .selectFrom('key_proposals')
    .select(['public_key', 'staff_id', 'name', 'sealed'])
    .where('accepted_at_ms', 'is not', null)
    .where('sealed', 'is not', null)
    .execute();
  return rows.map(({ public_key: publicKey, staff_id: staffId, name, sealed }) => ({
    publicKey,
    staffId,
    name,
    brought: () => opened(secrets, publicKey, sealed ?? ''),
  }));
}

/** Its slot is made: nothing of it is kept any longer. */
export async function forgetProposal(tx: Tx, publicKey: string): Promise<void> {
  await tx.write.updateTable('key_proposals').set({ sealed: null }).where('public_key', '=', publicKey).execute();
}

function proposedIn(terms: GovernanceTerms): { publicKey: string; staffId: string; name: string | null } | null {
  switch (terms.kind) {
    case 'staff_add':
      return { publicKey: terms.publicKey, staffId: terms.staffId, name: terms.name };
    case 'staff_key':
      return { publicKey: terms.publicKey, staffId: terms.staffId, name: null };
    case 'recovery_key':
      return { publicKey: terms.publicKey, staffId: RECOVERY, name: null };
    default:
      return null;
  }
}

function opened(secrets: SecretBox, publicKey: string, sealed: string): unknown {
  return JSON.parse(Buffer.from(secrets.open(purposeOf(publicKey), sealed)).toString('utf8'));
}
