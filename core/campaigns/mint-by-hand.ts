/** Credits that a person gives: a refund, an apology. Small ones only; for more there are campaigns. */
import { sql } from 'kysely';
import { serviceMintCap } from '../access/errors.ts';
import { invariant } from '../errors/refusal.ts';
import type { PayeeId } from '../ids/ids.ts';
import { type Minted, mintLots } from '../ledger/lots.ts';
import { CREDITS } from '../money/assets.ts';
import { payeeClosed, unknownPayee } from '../payees/errors.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { mintCap } from './errors.ts';

/** A thousand credits for each account within a day, whoever mints them. */
export const HAND_MINT_CAP_MINOR = 1_000_000_000n;
const DAY_MS = 24 * 3_600_000;
const SOURCE = 'hand';

export interface HandMint {
  readonly payeeId: string;
  readonly amountMinor: bigint;
  readonly reason: string;
  readonly keptFor?: string | undefined;
  readonly expiresAtMs?: number | undefined;
  readonly idempotencyKey: string;
  /** For a program: the most it may mint within a day, over all accounts together. */
  readonly minterCapMinor?: bigint | undefined;
}

export async function mintByHand(work: Work, input: HandMint): Promise<Minted> {
  if (input.amountMinor > HAND_MINT_CAP_MINOR) throw mintCap(input.payeeId, HAND_MINT_CAP_MINOR, HAND_MINT_CAP_MINOR);
  const payee = await work.tx.db
    .selectFrom('payees')
    .select('status')
    .where('id', '=', input.payeeId)
    .executeTakeFirst();
  if (!payee) throw unknownPayee(input.payeeId);
  if (payee.status === 'closed') throw payeeClosed(input.payeeId);

  // Minting comes first: it locks the balance, so that what is counted after it is all there is.
  const [minted] = await mintLots(work, [
    {
      key: `hand:${input.idempotencyKey}`,
      payeeId: input.payeeId as PayeeId,
      amountMinor: input.amountMinor,
      source: SOURCE,
      ...(input.keptFor === undefined ? {} : { pool: input.keptFor }),
      ...(input.expiresAtMs === undefined ? {} : { expiresAtMs: input.expiresAtMs }),
    },
  ]);
  invariant(minted, 'one mint in, one lot out');
  if (!minted.replayed) {
    const leftMinor = await mintableMinor(work.tx, input.payeeId, work.nowMs);
    if (leftMinor < 0n) throw mintCap(input.payeeId, HAND_MINT_CAP_MINOR, leftMinor + input.amountMinor);
    const { minterCapMinor } = input;
    if (minterCapMinor !== undefined && (await mintedBy(work)) > minterCapMinor) throw serviceMintCap(minterCapMinor);
  }
  work.audit({
    action: 'credits.mint-by-hand',
    subject: `payee:${input.payeeId}`,
    details: { amountMinor: input.amountMinor.toString(), reason: input.reason, replayed: minted.replayed },
  });
  return minted;
}

/** What this actor has minted by hand within a day. Minting locks the treasury's own balance, so it is counted in turn. */
async function mintedBy({ tx, actor, nowMs }: Work): Promise<bigint> {
  const [row] = await tx.rows<{ minted: bigint }>(sql`
    select cast(coalesce(sum(l.amount_minor), 0) as bigint) as minted from credit_lots l
    join ledger_transactions t on t.id = l.mint_transaction_id
    where l.source = 'hand' and l.minted_at_ms > ${BigInt(nowMs - DAY_MS)} and t.actor = ${actor.id}
      and not exists (select 1 from ledger_transactions r where r.reverses_id = t.id)`);
  return row?.minted ?? 0n;
}

/** What may still be minted by hand for this account. Lots of a mint that was reversed do not count. */
export async function mintableMinor(reader: Reader, payeeId: string, nowMs: number): Promise<bigint> {
  const [row] = await reader.rows<{ minted: bigint }>(sql`
    select cast(coalesce(sum(l.amount_minor), 0) as bigint) as minted from accounts a
    join credit_lots l on l.account_id = a.id
    where a.entity = ${`payee:${payeeId}`} and a.pool = '' and a.asset_id = ${CREDITS}
      and l.source = ${SOURCE} and l.minted_at_ms > ${BigInt(nowMs - DAY_MS)}
      and not exists (select 1 from ledger_transactions r where r.reverses_id = l.mint_transaction_id)`);
  return HAND_MINT_CAP_MINOR - (row?.minted ?? 0n);
}
