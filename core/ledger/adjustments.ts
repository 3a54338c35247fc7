/** A person's correction of one account, against `adjustments` or `rounding`, with the reason why. */
import { sql } from 'kysely';
import { Refusal } from '../errors/refusal.ts';
import type { AssetId } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import {
  type Account,
  adjustmentsAccount,
  openAccounts,
  reserveHeld,
  roundingAccount,
  withdrawalPending,
} from './accounts.ts';
import { keptAccount, unknownAccount } from './errors.ts';
import { post } from './posting.ts';

export interface Adjustment {
  readonly accountId: bigint;
  /** What the account gains, or loses below zero. */
  readonly amountMinor: bigint;
  readonly against: 'adjustments' | 'rounding';
  readonly reason: string;
  readonly effectiveAtMs?: number | undefined;
  readonly idempotencyKey: string;
}

export async function adjustAccount(work: Work, input: Adjustment): Promise<{ readonly id: bigint }> {
  if (input.effectiveAtMs !== undefined && input.effectiveAtMs > work.nowMs) {
    throw new Refusal('input.invalid', { field: 'effectiveAtMs' }, 'An adjustment is of now or earlier.');
  }
  const account = await findAccount(work.tx, input.accountId);
  refuseKept(account);
  const counter = input.against === 'rounding' ? roundingAccount : adjustmentsAccount;
  const [against] = await openAccounts(work.tx, work.nowMs, [counter(account.assetId)]);
  if (!against) throw new Error('Accounts come in the order they were asked for');
  if (against.id === account.id) throw keptAccount(account.entity, account.pool);

  const { id, replayed } = await post(work.tx, work.actor.id, work.nowMs, {
    key: `adjustment:${input.idempotencyKey}`,
    kind: 'adjustment',
    reason: input.reason,
    postings: [
      { account: against, amountMinor: -input.amountMinor },
      { account, amountMinor: input.amountMinor },
    ],
    ...(input.effectiveAtMs === undefined ? {} : { effectiveAtMs: input.effectiveAtMs }),
  });
  work.audit({
    action: 'ledger.adjust',
    subject: `account:${account.id}`,
    details: {
      transactionId: id.toString(),
      amountMinor: input.amountMinor.toString(),
      against: input.against,
      reason: input.reason,
      replayed,
    },
  });
  if (!replayed) work.emit({ name: 'ledger.adjusted', subject: `account:${account.id}` });
  return { id };
}

async function findAccount(reader: Reader, accountId: bigint): Promise<Account> {
  const [row] = await reader.rows<{ id: bigint; entity: string; pool: string; asset_id: AssetId }>(
    sql`select id, entity, pool, asset_id from accounts where id = ${accountId}`,
  );
  if (!row) throw unknownAccount(accountId.toString());
  return { id: row.id, entity: row.entity, pool: row.pool, assetId: row.asset_id };
}

/** These two are the sums of open cycles and open holds, and nothing else. */
function refuseKept({ entity, pool, assetId }: Account): void {
  for (const kept of [withdrawalPending(assetId), reserveHeld(assetId)]) {
    if (entity === kept.entity && pool === kept.pool) throw keptAccount(entity, pool);
  }
}
