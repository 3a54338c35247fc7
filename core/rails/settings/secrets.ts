/**
 * The secrets of rails. What admins sign is a commitment, so that they sign for this very secret
 * and the act can be shown to everybody; what lies in the table opens nothing but what was signed for.
 */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ACT_LIFETIME_MS, STATEMENT_AGE_MS_MAX } from '../../approvals/act-records.ts';
import { canonical } from '../../canonical/canonical.ts';
import type { RailName } from '../../contract/payees.ts';
import type { Work } from '../../store/command.ts';
import type { SecretBox } from '../../store/secrets.ts';
import type { Reader } from '../../store/tx.ts';
import { secretAltered, secretMissing } from './errors.ts';

export interface SecretFor {
  readonly rail: RailName;
  readonly name: string;
  readonly shown: string;
}

const opened = z.strictObject({ salt: z.string(), secret: z.string() });
type Opened = z.infer<typeof opened>;

const purposeOf = (commitment: string) => `rail secret:${commitment}`;

/** The salt makes it say nothing of a secret that could be guessed. */
function commitmentOf({ rail, name, shown }: SecretFor, { salt, secret }: Opened): string {
  const text = canonical({ what: 'countersign rail secret v1', rail, name, shown, salt, secret });
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Keeps it sealed, and gives what it is signed for by. Nothing uses it before. */
export async function keepSecret(work: Work, what: SecretFor, secret: string): Promise<string> {
  await forgetUnsigned(work);
  const contents = { salt: randomBytes(32).toString('hex'), secret };
  const commitment = commitmentOf(what, contents);
  await work.tx.write
    .insertInto('rail_secrets')
    .values({
      commitment,
      rail: what.rail,
      name: what.name,
      shown: what.shown,
      sealed: work.secrets.seal(purposeOf(commitment), Buffer.from(JSON.stringify(contents), 'utf8')),
      proposed_by: work.actor.id,
      proposed_at_ms: BigInt(work.nowMs),
      accepted_at_ms: null,
      ended_at_ms: null,
    })
    .execute();
  return commitment;
}

/** What nobody signed for while signatures count is kept no longer. */
async function forgetUnsigned(work: Work): Promise<void> {
  await work.tx.write
    .updateTable('rail_secrets')
    .set({ sealed: null, ended_at_ms: BigInt(work.nowMs) })
    .where('accepted_at_ms', 'is', null)
    .where('ended_at_ms', 'is', null)
    .where('proposed_at_ms', '<', BigInt(work.nowMs - ACT_LIFETIME_MS - 2 * STATEMENT_AGE_MS_MAX))
    .execute();
}

/** Signed for only while it is here. */
export async function refuseSecretless(reader: Reader, rail: RailName, commitments: readonly string[]): Promise<void> {
  for (const commitment of commitments) {
    const row = await reader.db
      .selectFrom('rail_secrets')
      .select('sealed')
      .where('commitment', '=', commitment)
      .where('rail', '=', rail)
      .executeTakeFirst();
    if (row?.sealed == null) throw secretMissing(rail);
  }
}

export async function acceptSecret(work: Work, commitment: string): Promise<void> {
  await work.tx.write
    .updateTable('rail_secrets')
    .set({ accepted_at_ms: BigInt(work.nowMs) })
    .where('commitment', '=', commitment)
    .execute();
}

export async function endSecret(work: Work, commitment: string): Promise<void> {
  await work.tx.write
    .updateTable('rail_secrets')
    .set({ sealed: null, ended_at_ms: BigInt(work.nowMs) })
    .where('commitment', '=', commitment)
    .execute();
}

/** All of a setting that are in force, but for those that came with the same act. */
export async function endSecretsOf(
  work: Work,
  { rail, name }: Pick<SecretFor, 'rail' | 'name'>,
  except: readonly string[],
): Promise<void> {
  const rows = await work.tx.db
    .selectFrom('rail_secrets')
    .select('commitment')
    .where('rail', '=', rail)
    .where('name', '=', name)
    .where('accepted_at_ms', 'is not', null)
    .where('ended_at_ms', 'is', null)
    .execute();
  for (const { commitment } of rows) if (!except.includes(commitment)) await endSecret(work, commitment);
}

/** The secret itself; refused when it is not the one that was signed for. */
export async function openSecret(
  reader: Reader,
  box: SecretBox,
  what: SecretFor & { readonly commitment: string },
): Promise<string> {
  const { rail, name, commitment } = what;
  const row = await reader.db
    .selectFrom('rail_secrets')
    .select('sealed')
    .where('commitment', '=', commitment)
    .executeTakeFirst();
  if (row?.sealed == null) throw secretMissing(rail);
  const contents = opened.safeParse(
    JSON.parse(Buffer.from(box.open(purposeOf(commitment), row.sealed)).toString('utf8')),
  );
  if (!contents.success || commitmentOf(what, contents.data) !== commitment) throw secretAltered(rail, name);
  return contents.data.secret;
}
