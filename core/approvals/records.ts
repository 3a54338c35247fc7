/** Reads the records around payouts that approvals repeat, for one or a thousand. */
import { sql } from 'kysely';
import { invariant } from '../errors/refusal.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';
import { historyOfEach } from './history.ts';
import type { ApprovalRecords } from './statement.ts';

export async function recordsOf(reader: Reader, payout: PayoutRecord): Promise<ApprovalRecords> {
  const records = (await recordsOfEach(reader, [payout])).get(payout.id);
  invariant(records, 'a payout has records around it');
  return records;
}

/** By payout. */
export async function recordsOfEach(
  reader: Reader,
  payouts: readonly PayoutRecord[],
): Promise<ReadonlyMap<string, ApprovalRecords>> {
  const vault = await reader.db.selectFrom('vault').select(['id', 'network']).executeTakeFirstOrThrow();
  const payeeIds = [...new Set(payouts.map(({ payeeId }) => payeeId))].map((id) => ({ id }));
  const payees = await reader.rows<ApprovalRecords['payee']>(sql`
    select p.id, p.name, p.reference from ${jsonRows(reader.dialect, { id: 'text' }, payeeIds)} as w
    join payees p on p.id = w.id`);
  const payeeOf = new Map(payees.map((payee) => [payee.id, payee]));
  const assets = await reader.db.selectFrom('assets').select(['id', 'code', 'scale', 'network', 'issuer']).execute();
  const assetOf = new Map(assets.map((asset) => [asset.id, { ...asset, scale: Number(asset.scale) }]));
  const histories = await historyOfEach(reader, payouts);
  return new Map(
    payouts.map((payout) => {
      const payee = payeeOf.get(payout.payeeId);
      const asset = assetOf.get(payout.assetId);
      const history = histories.get(payout.id);
      invariant(payee && asset && history, `payout ${payout.id} has a payee and an asset`);
      return [payout.id, { vault, payout, payee, asset, history }];
    }),
  );
}
