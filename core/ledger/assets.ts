/** Assets are data: a new one is a row and its system accounts, never a change of the program. */
import type { AssetItem } from '../contract/ledger-records.ts';
import type { Asset, AssetId } from '../money/assets.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { assetExists, assetInvalid } from './errors.ts';
import { openSystemAccounts } from './system-accounts.ts';

interface Identity {
  readonly code: string;
  readonly network: string | null;
  readonly issuer: string | null;
  readonly scaleMin: number;
  readonly scaleMax: number;
}

/** What the id says about the asset. Stellar keeps seven decimals of everything; others vary. */
function identityOf(id: AssetId): Identity {
  const [space = '', first = '', second = ''] = id.split(':');
  switch (space) {
    case 'iso':
      return { code: first, network: null, issuer: null, scaleMin: 0, scaleMax: 4 };
    case 'stellar': {
      const [code = '', issuer = null] = second === 'native' ? ['XLM'] : second.split('-');
      return { code, network: `stellar:${first}`, issuer, scaleMin: 7, scaleMax: 7 };
    }
    case 'now':
      return { code: first.toUpperCase(), network: null, issuer: null, scaleMin: 0, scaleMax: 8 };
    case 'credit':
      return { code: 'CREDIT', network: null, issuer: null, scaleMin: 6, scaleMax: 6 };
    default:
      throw new Error(`No kind of asset is called ${space}`);
  }
}

export interface NewAsset {
  readonly assetId: AssetId;
  readonly scale: number;
  readonly minimumPayoutMinor: bigint;
}

export async function addAsset(work: Work, input: NewAsset): Promise<Asset> {
  const { code, network, issuer, scaleMin, scaleMax } = identityOf(input.assetId);
  if (input.scale < scaleMin || input.scale > scaleMax) {
    const expected = scaleMin === scaleMax ? `${scaleMin}` : `${scaleMin} to ${scaleMax}`;
    throw assetInvalid(input.assetId, `${code} is kept with ${expected} decimals there, not ${input.scale}.`);
  }
  const asset: Asset = {
    id: input.assetId,
    code,
    scale: input.scale,
    network,
    issuer,
    minimumPayoutMinor: input.minimumPayoutMinor,
  };
  const inserted = await work.tx.write
    .insertInto('assets')
    .values({
      id: asset.id,
      code,
      scale: BigInt(asset.scale),
      network,
      issuer,
      minimum_payout_minor: asset.minimumPayoutMinor,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute();
  if (inserted.length === 0) throw assetExists(asset.id);
  await openSystemAccounts(work.tx, work.nowMs, asset.id);
  work.audit({
    action: 'asset.add',
    subject: `asset:${asset.id}`,
    details: { code, scale: asset.scale, issuer, minimumPayoutMinor: asset.minimumPayoutMinor.toString() },
  });
  work.emit({ name: 'asset.added', subject: `asset:${asset.id}` });
  return asset;
}

export async function listAssets(reader: Reader): Promise<readonly Asset[]> {
  const rows = await reader.db.selectFrom('assets').selectAll().orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id as AssetId,
    code: row.code,
    scale: Number(row.scale),
    network: row.network,
    issuer: row.issuer,
    minimumPayoutMinor: row.minimum_payout_minor,
  }));
}

export function assetView(asset: Asset): AssetItem {
  return { ...asset, minimumPayoutMinor: asset.minimumPayoutMinor.toString() };
}
