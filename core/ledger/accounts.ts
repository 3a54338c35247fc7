/**
 * Accounts and whose they are. An account carries one asset; credit is positive: what the
 * treasury owes stands as a positive balance of the one it is owed to.
 */
import { sql } from 'kysely';
import type { RailName } from '../contract/payees.ts';
import type { PayeeId } from '../ids/ids.ts';
import { type AssetId, isCreditAsset } from '../money/assets.ts';
import { jsonRows } from '../store/json-rows.ts';
import { takeNumbers } from '../store/sequence.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { unknownAsset } from './errors.ts';

export interface AccountSpec {
  readonly entity: string;
  readonly pool: string;
  readonly assetId: AssetId;
  readonly mayGoNegative: boolean;
  readonly name: string | null;
}

export interface Account {
  readonly id: bigint;
  readonly assetId: AssetId;
  readonly entity: string;
  readonly pool: string;
}

/** Credits of a payee are made of lots; those of the treasury and of campaigns are plain sums. */
export const holdsLots = ({ entity, assetId }: { readonly entity: string; readonly assetId: AssetId }): boolean =>
  isCreditAsset(assetId) && entity.startsWith('payee:');

type SpecOf = (assetId: AssetId) => AccountSpec;

const system =
  (entity: string, mayGoNegative: boolean, pool = '', name: string | null = null): SpecOf =>
  (assetId) => ({ entity, pool, assetId, mayGoNegative, name });

/** What is owed to a payee and not held; never below zero. */
export const payeeAccount = (payeeId: PayeeId, assetId: AssetId): AccountSpec => ({
  entity: `payee:${payeeId}`,
  pool: '',
  assetId,
  mayGoNegative: false,
  name: null,
});

/** What a campaign has given out is its balance below zero; its budget is the campaign's own rule. */
export const campaignAccount = (campaignId: string, assetId: AssetId): AccountSpec => ({
  entity: `campaign:${campaignId}`,
  pool: '',
  assetId,
  mayGoNegative: true,
  name: null,
});

/** The money itself: its negative is the treasury's funds. */
export const treasuryAccount = system('treasury:payout_reserve', true, '', 'sys-treasury-payout');
export const withdrawalPending = system('treasury', false, 'withdrawal:pending');
export const reserveHeld = system('treasury', false, 'reserve:held');
/** Paid out by us, not yet seen in the provider's own records. */
export const clearingAccount = (rail: RailName, assetId: AssetId) => system(`treasury:clearing:${rail}`, true)(assetId);
export const bankAccount = system('treasury:bank', true);
export const obligationsAccount = system('treasury:obligations', true);
export const feesAccount = system('treasury:fees', true);
export const fxAccount = system('treasury:fx', true);
export const roundingAccount = system('treasury:rounding', true);
export const adjustmentsAccount = system('treasury:adjustments', true);
export const overpaidReceivable = system('treasury', true, 'receivable:overpaid');

const keyOf = (spec: { entity: string; pool: string; assetId: string }) =>
  `${spec.entity}\u0000${spec.pool}\u0000${spec.assetId}`;

/** Gives the accounts in the order asked for, opening those that are not there yet. */
export async function openAccounts(tx: Tx, nowMs: number, specs: readonly AccountSpec[]): Promise<readonly Account[]> {
  const wanted = new Map(specs.map((spec) => [keyOf(spec), spec]));
  const found = await findAccounts(tx, [...wanted.values()]);
  const missing = [...wanted.values()].filter((spec) => !found.has(keyOf(spec)));
  if (missing.length > 0) {
    await insertAccounts(tx, nowMs, missing);
    for (const [key, account] of await findAccounts(tx, missing)) found.set(key, account);
  }
  return specs.map((spec) => {
    const account = found.get(keyOf(spec));
    if (!account) throw new Error(`Account ${spec.entity} was neither found nor opened`);
    return account;
  });
}

async function findAccounts(reader: Reader, specs: readonly AccountSpec[]): Promise<Map<string, Account>> {
  const wanted = jsonRows(
    reader.dialect,
    { entity: 'text', pool: 'text', asset_id: 'text' },
    specs.map((spec) => ({ entity: spec.entity, pool: spec.pool, asset_id: spec.assetId })),
  );
  const rows = await reader.rows<{ id: bigint; entity: string; pool: string; asset_id: AssetId }>(sql`
    select a.id, a.entity, a.pool, a.asset_id from ${wanted} as w
    join accounts a on a.entity = w.entity and a.pool = w.pool and a.asset_id = w.asset_id`);
  return new Map(
    rows.map(({ id, entity, pool, asset_id }) => [
      keyOf({ entity, pool, assetId: asset_id }),
      { id, entity, pool, assetId: asset_id },
    ]),
  );
}

async function insertAccounts(tx: Tx, nowMs: number, specs: readonly AccountSpec[]): Promise<void> {
  await refuseUnknownAssets(tx, specs);
  const ids = await takeNumbers(tx, 'accounts', specs.length);
  const rows = specs.map((spec, index) => ({
    id: ids[index] as bigint,
    entity: spec.entity,
    name: spec.name,
    pool: spec.pool,
    asset_id: spec.assetId,
    may_go_negative: spec.mayGoNegative ? 1n : 0n,
    holds_lots: holdsLots(spec) ? 1n : 0n,
  }));
  const source = jsonRows(
    tx.dialect,
    {
      id: 'bigint',
      entity: 'text',
      name: 'text',
      pool: 'text',
      asset_id: 'text',
      may_go_negative: 'bigint',
      holds_lots: 'bigint',
    },
    rows,
  );
  // Somebody else may open the same account at the same time: theirs is as good as ours.
  await tx.run(sql`
    insert into accounts (id, entity, name, pool, asset_id, created_at_ms)
    select id, entity, name, pool, asset_id, ${BigInt(nowMs)} from ${source} as x where true
    on conflict (entity, pool, asset_id) do nothing`);
  await tx.run(sql`
    insert into account_balances (account_id, balance_minor, may_go_negative, holds_lots)
    select a.id, 0, x.may_go_negative, x.holds_lots from ${source} as x join accounts a on a.id = x.id where true
    on conflict (account_id) do nothing`);
}

async function refuseUnknownAssets(reader: Reader, specs: readonly AccountSpec[]): Promise<void> {
  const assetIds = [...new Set(specs.map((spec) => spec.assetId))];
  const known = await reader.db.selectFrom('assets').select('id').where('id', 'in', assetIds).execute();
  const unknown = assetIds.find((assetId) => !known.some((row) => row.id === assetId));
  if (unknown) throw unknownAsset(unknown);
}
