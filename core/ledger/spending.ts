/** Spending credits and letting them expire: which lots give, in which order. */
import { sql } from 'kysely';
import type { PayeeId } from '../ids/ids.ts';
import { CREDITS } from '../money/assets.ts';
import { INT64_MAX } from '../money/minor.ts';
import { type Actor, perform, type Treasury, type Work } from '../store/command.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { type Account, type AccountSpec, obligationsAccount, openAccounts } from './accounts.ts';
import { creditsShort } from './errors.ts';
import { creditAccount, type LotMove, moveLots, movesOf } from './lots.ts';
import { post, postMany } from './posting.ts';

export interface Spend {
  /** The same key spends once. */
  readonly key: string;
  readonly payeeId: PayeeId;
  readonly amountMinor: bigint;
  /** What it is spent on: `charge:{id}`. */
  readonly reference: string;
  /** Where it is spent: lots kept for elsewhere are passed over. */
  readonly pool?: string;
  /** Who is paid; the treasury's obligations unless said otherwise. */
  readonly to?: AccountSpec;
  /** Who pays besides the member: a campaign its share. All is one transaction, so that a return returns all. */
  readonly funding?: readonly { readonly from: AccountSpec; readonly amountMinor: bigint }[];
}

export interface Spent {
  readonly transactionId: bigint;
  readonly replayed: boolean;
  readonly taken: readonly { readonly lotId: bigint; readonly amountMinor: bigint }[];
}

/** Takes from the lots that expire soonest, then from the oldest. A return is a reversal of the spend. */
export async function spendCredits(work: Work, spend: Spend): Promise<Spent> {
  const { tx, nowMs } = work;
  const pool = spend.pool ?? '';
  const funding = spend.funding ?? [];
  const [account, paid, ...funders] = await openAccounts(tx, nowMs, [
    creditAccount(spend.payeeId),
    spend.to ?? obligationsAccount(CREDITS),
    ...funding.map(({ from }) => from),
  ]);
  if (!account || !paid) throw new Error('Accounts come in the order they were asked for');
  const payers = [
    { account, amountMinor: spend.amountMinor },
    ...funders.map((funder, index) => ({ account: funder, amountMinor: funding[index]?.amountMinor ?? 0n })),
  ].filter(({ amountMinor }) => amountMinor > 0n);
  // The posting comes first: it locks the balance, so that nobody else takes from the same lots.
  const { id, replayed } = await post(tx, work.actor.id, nowMs, {
    key: `spend:${spend.key}`,
    kind: 'spend',
    reference: pool === '' ? spend.reference : `${spend.reference} in ${pool}`,
    postings: [
      ...payers.map((payer) => ({ account: payer.account, amountMinor: -payer.amountMinor })),
      { account: paid, amountMinor: payers.reduce((sum, { amountMinor }) => sum + amountMinor, 0n) },
    ],
  });
  if (!replayed && spend.amountMinor > 0n) await takeFromLots(tx, id, account, pool, spend.amountMinor, nowMs);
  const taken = (await movesOf(tx, id)).map(({ lotId, amountMinor }) => ({ lotId, amountMinor: -amountMinor }));
  work.audit({
    action: 'credits.spend',
    subject: `payee:${spend.payeeId}`,
    details: {
      amountMinor: spend.amountMinor.toString(),
      reference: spend.reference,
      pool,
      lots: taken.length,
      replayed,
    },
  });
  if (!replayed) work.emit({ name: 'credits.spent', subject: `payee:${spend.payeeId}` });
  return { transactionId: id, replayed, taken };
}

async function takeFromLots(
  tx: Tx,
  transactionId: bigint,
  account: Account,
  pool: string,
  amountMinor: bigint,
  nowMs: number,
): Promise<void> {
  const smaller = sql.raw(tx.dialect === 'sqlite' ? 'min' : 'least');
  await tx.run(sql`
    insert into credit_lot_moves (transaction_id, lot_id, amount_minor)
    select cast(${transactionId} as bigint), id, -${smaller}(remaining_minor, ${amountMinor} - before) from (
      select id, remaining_minor, cast(coalesce(sum(remaining_minor) over (
          order by coalesce(expires_at_ms, ${INT64_MAX}), id rows between unbounded preceding and 1 preceding), 0) as bigint) as before
      from credit_lots
      where account_id = ${account.id} and remaining_minor > 0
        and (expires_at_ms is null or expires_at_ms > ${BigInt(nowMs)}) and pool in ('', ${pool})
    ) as spendable where before < ${amountMinor}`);
  const [row] = await tx.rows<{ taken: bigint }>(sql`
    select cast(coalesce(-sum(amount_minor), 0) as bigint) as taken from credit_lot_moves where transaction_id = ${transactionId}`);
  const shortMinor = amountMinor - (row?.taken ?? 0n);
  if (shortMinor !== 0n) throw creditsShort(account.entity, pool, account.assetId, shortMinor);
}

/** At most this many lots expire in one transaction. */
export const EXPIRE_LOTS_MAX = 5_000;

/** True while there is something for `expireLots` to do. */
async function lotsAreDue(reader: Reader, nowMs: number): Promise<boolean> {
  const rows = await reader.rows(sql`
    select 1 as due from credit_lots where remaining_minor > 0 and expires_at_ms <= ${BigInt(nowMs)} limit 1`);
  return rows.length > 0;
}

interface DueLot {
  readonly id: bigint;
  readonly account_id: bigint;
  readonly entity: string;
  readonly funder_account_id: bigint;
  readonly funder_entity: string;
  readonly remaining_minor: bigint;
  readonly expiries: bigint;
}

/** What is left of lots whose time is over goes back to whoever funded them. */
export async function expireLots(
  work: Work,
  limit = EXPIRE_LOTS_MAX,
): Promise<{ readonly lots: number; readonly amountMinor: bigint }> {
  const due = await lockDueLots(work.tx, work.nowMs, limit);
  const posted = await postMany(
    work.tx,
    work.actor.id,
    work.nowMs,
    due.map((lot) => ({
      // A lot that a return filled again expires again.
      key: `expire:${lot.id}:${lot.expiries}`,
      kind: 'expire',
      reference: `lot:${lot.id}`,
      postings: [
        { account: accountOf(lot.account_id, lot.entity), amountMinor: -lot.remaining_minor },
        { account: accountOf(lot.funder_account_id, lot.funder_entity), amountMinor: lot.remaining_minor },
      ],
    })),
  );
  const moves = due.map(
    (lot, index): LotMove => ({
      transactionId: posted[index]?.id as bigint,
      lotId: lot.id,
      amountMinor: -lot.remaining_minor,
    }),
  );
  await moveLots(work.tx, moves);
  const amountMinor = due.reduce((sum, lot) => sum + lot.remaining_minor, 0n);
  work.audit({
    action: 'credits.expire',
    subject: 'ledger',
    details: { lots: due.length, amountMinor: amountMinor.toString() },
  });
  if (due.length > 0) work.emit({ name: 'credits.expired', subject: 'ledger', payload: { lots: due.length } });
  return { lots: due.length, amountMinor };
}

/** Far more than a vault holds; a bound on a loop that is expected to end long before. */
const ROUNDS_MAX = 1_000;

/** Lets everything expire whose time is over, a bounded number of lots in each transaction. `step` throws to stop in between. */
export async function expireDueLots(treasury: Treasury, actor: Actor, step?: () => Promise<void>): Promise<number> {
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: actor.id };
  let expired = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await step?.();
    if (!(await lotsAreDue(treasury.writer, treasury.clock.nowMs()))) break;
    const { lots } = await perform(treasury, { action: 'credits.expire', actor, origin }, (work) => expireLots(work));
    expired += lots;
  }
  return expired;
}

const accountOf = (id: bigint, entity: string): Account => ({ id, entity, pool: '', assetId: CREDITS });

/** Nobody spends from the accounts of these lots until the transaction ends. */
async function lockDueLots(tx: Tx, nowMs: number, limit: number): Promise<readonly DueLot[]> {
  const due = await tx.rows<{ id: bigint; account_id: bigint }>(sql`
    select id, account_id from credit_lots where remaining_minor > 0 and expires_at_ms <= ${BigInt(nowMs)}
    order by expires_at_ms, id limit ${BigInt(limit)}`);
  if (tx.dialect === 'postgres') {
    const accounts = jsonRows(
      tx.dialect,
      { id: 'bigint' },
      [...new Set(due.map((lot) => lot.account_id))].map((id) => ({ id })),
    );
    await tx.run(sql`
      select b.account_id from account_balances b join ${accounts} as x on x.id = b.account_id
      order by b.account_id for update of b`);
  }
  const lots = jsonRows(
    tx.dialect,
    { id: 'bigint' },
    due.map(({ id }) => ({ id })),
  );
  return tx.rows<DueLot>(sql`
    select l.id, l.account_id, a.entity, l.funder_account_id, f.entity as funder_entity, l.remaining_minor,
      (select count(*) from credit_lot_moves m join ledger_transactions t on t.id = m.transaction_id
       where m.lot_id = l.id and t.kind = 'expire') as expiries
    from ${lots} as x join credit_lots l on l.id = x.id
    join accounts a on a.id = l.account_id join accounts f on f.id = l.funder_account_id
    where l.remaining_minor > 0 order by l.id`);
}
