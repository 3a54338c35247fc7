/** Reads the records around a payout that approvals repeat. */
import { invariant } from '../errors/refusal.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import type { Reader } from '../store/tx.ts';
import { historyOf } from './history.ts';
import type { ApprovalRecords } from './statement.ts';

export async function recordsOf(reader: Reader, payout: PayoutRecord): Promise<ApprovalRecords> {
  const { db } = reader;
  const vault = await db.selectFrom('vault').select(['id', 'network']).executeTakeFirstOrThrow();
  const payee = await db
    .selectFrom('payees')
    .select(['id', 'name', 'reference'])
    .where('id', '=', payout.payeeId)
    .executeTakeFirst();
  const asset = await db
    .selectFrom('assets')
    .select(['id', 'code', 'scale', 'network', 'issuer'])
    .where('id', '=', payout.assetId)
    .executeTakeFirst();
  invariant(payee && asset, `payout ${payout.id} has a payee and an asset`);
  const history = await historyOf(reader, payout);
  return { vault, payout, payee, asset: { ...asset, scale: Number(asset.scale) }, history };
}
