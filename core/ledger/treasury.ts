/**
 * The treasury's version per asset. Completions raise it. Who decides about the treasury names the
 * version they saw, and is refused when payments were completed since; who records a fact reads
 * again and is never refused.
 */
import { sql } from 'kysely';
import { invariant } from '../errors/refusal.ts';
import type { AssetId } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { type Position, treasuryPosition } from './balances.ts';
import { staleTreasury, unknownAsset } from './errors.ts';

/** A fact: so many payouts were completed. A batch raises it once, by its count. */
export async function raiseTreasuryVersion(work: Work, assetId: AssetId, by = 1): Promise<void> {
  invariant(by > 0, 'a version only rises');
  await work.tx.run(sql`
    insert into treasury_state (asset_id, version) values (${assetId}, ${BigInt(by)})
    on conflict (asset_id) do update set version = treasury_state.version + excluded.version`);
}

export async function treasuryVersion(reader: Reader, assetId: AssetId): Promise<bigint> {
  const [row] = await reader.rows<{ version: bigint }>(
    sql`select version from treasury_state where asset_id = ${assetId}`,
  );
  return row?.version ?? 0n;
}

/**
 * Nobody else decides about this asset, and nothing of it is completed, until the transaction ends.
 * Gives the version it has now.
 */
export async function lockTreasury(tx: Tx, assetId: AssetId): Promise<bigint> {
  const [asset] = await tx.rows<{ id: string }>(sql`select id from assets where id = ${assetId}`);
  if (!asset) throw unknownAsset(assetId);
  const { rows } = await tx.run<{ version: bigint }>(sql`
    insert into treasury_state (asset_id, version) values (${assetId}, 0)
    on conflict (asset_id) do update set version = treasury_state.version returning version`);
  const [row] = rows;
  invariant(row, 'the treasury has a version for each asset');
  return row.version;
}

/** Decides on the position as it is, provided that it is still the one that was seen. */
export async function decideOnTreasury<T>(
  work: Work,
  assetId: AssetId,
  seenVersion: bigint,
  decide: (position: Position) => Promise<T>,
): Promise<T> {
  const version = await lockTreasury(work.tx, assetId);
  if (version !== seenVersion) throw staleTreasury(assetId, seenVersion, version);
  const position = (await treasuryPosition(work.tx)).find((candidate) => candidate.assetId === assetId);
  invariant(position, `${assetId} has its system accounts`);
  return decide(position);
}
