/** What makes an approver look twice; read for a page of payouts at once. */
import { sql } from 'kysely';
import type { QueueFlag } from '../../contract/queue.ts';
import { isOutlier, type Usual, usualOf } from '../../payouts/import/history.ts';
import type { PayoutRecord } from '../../payouts/repository.ts';
import { jsonRows } from '../../store/json-rows.ts';
import type { Reader } from '../../store/tx.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NEW_DESTINATION_MS = 7 * DAY_MS;
/** As many payments to one payee within a day are a payment in parts, perhaps. */
const PARTS_MIN = 3;
/** Nobody needs to know how many more there are. */
const PARTS_SEEN_MAX = 50;
/** The latest payments that show what is usual. */
const USUAL_OF = 100;

interface Around {
  id: string;
  destination_status: 'proposed' | 'confirmed' | 'retired';
  confirmed_at_ms: bigint | null;
  usable_from_ms: bigint | null;
  look_alike_of: string | null;
  hits: bigint;
  paid_before: bigint;
  parts: bigint;
}

/** By payout. */
export async function flagsOf(
  reader: Reader,
  payouts: readonly PayoutRecord[],
  nowMs: number,
): Promise<ReadonlyMap<string, readonly QueueFlag[]>> {
  if (payouts.length === 0) return new Map();
  const around = new Map((await aroundOf(reader, payouts)).map((row) => [row.id, row]));
  const usual = await usuallyPaid(reader, payouts);
  return new Map(
    payouts.map((payout) => {
      const row = around.get(payout.id);
      if (!row) throw new Error(`Payout ${payout.id} has no destination`);
      return [payout.id, [...ofDestination(row, nowMs), ...ofPayment(payout, row, usual.get(pairKey(payout)))]];
    }),
  );
}

function ofDestination(row: Around, nowMs: number): readonly QueueFlag[] {
  const flags: QueueFlag[] = [];
  const add = (code: QueueFlag['code'], note: string) => flags.push({ code, note });
  if (row.hits > 0n) add('screening', 'The payee or the destination is on the deny-list.');
  if (row.look_alike_of !== null) add('look_alike', 'The address begins and ends like another one that is known.');
  if (row.destination_status === 'proposed') add('unconfirmed_destination', 'Nobody has confirmed the destination.');
  if (row.usable_from_ms !== null && row.usable_from_ms > BigInt(nowMs))
    add(
      'cool_off',
      `The destination rests until ${new Date(Number(row.usable_from_ms)).toISOString().slice(0, 16)} UTC.`,
    );
  if (row.confirmed_at_ms !== null && row.confirmed_at_ms > BigInt(nowMs - NEW_DESTINATION_MS))
    add('new_destination', 'The destination was confirmed less than seven days ago.');
  return flags;
}

function ofPayment(payout: PayoutRecord, row: Around, usual: Usual | undefined): readonly QueueFlag[] {
  const flags: QueueFlag[] = [];
  const add = (code: QueueFlag['code'], note: string) => flags.push({ code, note });
  if (row.paid_before === 0n) add('first_payment', 'Nothing was paid to this payee before.');
  const odd = usual ? isOutlier(payout.amountMinor, usual) : false;
  if (odd && odd.times !== null) add('outlier', `The amount is ${odd.times} times what this payee is usually paid.`);
  else if (odd) add('outlier', 'The amount is far above what this payee is usually paid.');
  const parts = Number(row.parts);
  if (parts >= PARTS_MIN) {
    const many = parts >= PARTS_SEEN_MAX ? `${PARTS_SEEN_MAX} or more` : String(parts);
    add('split', `One of ${many} payouts to this payee within 24 hours.`);
  }
  const way = WAYS[payout.method];
  if (way) add('method', way);
  if (payout.revision > 1n) add('changed', 'It was changed after it was asked for.');
  return flags;
}

const WAYS: { readonly [M in PayoutRecord['method']]?: string } = {
  create_account: 'It opens the account that it pays.',
  claimable_balance: 'It is left on the network for the payee to claim.',
};

async function aroundOf(reader: Reader, payouts: readonly PayoutRecord[]): Promise<readonly Around[]> {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text', payee_id: 'text', destination_id: 'text', asset_id: 'text', created_at_ms: 'bigint' },
    payouts.map((payout) => ({
      id: payout.id,
      payee_id: payout.payeeId,
      destination_id: payout.destinationId,
      asset_id: payout.assetId,
      created_at_ms: BigInt(payout.createdAtMs),
    })),
  );
  const day = BigInt(DAY_MS);
  return reader.rows<Around>(sql`
    select w.id, d.status as destination_status, d.confirmed_at_ms, d.usable_from_ms, d.look_alike_of,
      (select count(*) from screenings s where s.subject_id in (w.payee_id, w.destination_id) and s.status = 'hit') as hits,
      (select count(*) from (select 1 from payouts e where e.payee_id = w.payee_id and e.status = 'completed' limit 1)
        as earlier) as paid_before,
      (select count(*) from (select 1 from payouts e where e.payee_id = w.payee_id
          and e.status in ('pending', 'approved', 'processing', 'completed') and e.asset_id = w.asset_id
          and e.created_at_ms between w.created_at_ms - ${day} and w.created_at_ms + ${day}
        limit ${BigInt(PARTS_SEEN_MAX)}) as near) as parts
    from ${wanted} as w join destinations d on d.id = w.destination_id`);
}

type Pair = Pick<PayoutRecord, 'payeeId' | 'assetId'>;
const pairKey = ({ payeeId, assetId }: Pair) => `${payeeId} ${assetId}`;

/** By payee and asset: what the latest payments came to. */
async function usuallyPaid(reader: Reader, payouts: readonly Pair[]): Promise<ReadonlyMap<string, Usual>> {
  const pairs = [...new Map(payouts.map((payout) => [pairKey(payout), payout])).values()];
  const wanted = jsonRows(
    reader.dialect,
    { payee_id: 'text', asset_id: 'text' },
    pairs.map(({ payeeId, assetId }) => ({ payee_id: payeeId, asset_id: assetId })),
  );
  const rows = await reader.rows<{ payee_id: string; asset_id: string; amount_minor: bigint }>(sql`
    select w.payee_id, w.asset_id, p.amount_minor from ${wanted} as w join payouts p on p.id in (
      select e.id from payouts e where e.payee_id = w.payee_id and e.status = 'completed' and e.asset_id = w.asset_id
      order by e.processed_at_ms desc limit ${BigInt(USUAL_OF)})`);
  const paid = Map.groupBy(rows, (row) => `${row.payee_id} ${row.asset_id}`);
  return new Map(
    [...paid].flatMap(([pair, list]) => {
      const usual = usualOf(list.map(({ amount_minor }) => amount_minor));
      return usual ? [[pair, usual] as const] : [];
    }),
  );
}
