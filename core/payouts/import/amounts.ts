/** An amount and its asset, as a file has them: exact, or not taken. */
import type { RailName } from '../../contract/payees.ts';
import type { Asset, AssetId } from '../../money/assets.ts';
import { type DecimalProblem, formatDecimal, parseDecimal } from '../../money/minor.ts';
import type { Reader } from '../../store/tx.ts';
import { type Problem, problem } from './notes.ts';

export type KnownAsset = Pick<Asset, 'id' | 'code' | 'scale' | 'minimumPayoutMinor'>;

/** The treasury's assets by id and by code; a code may stand for several. */
export interface AssetBook {
  readonly byId: ReadonlyMap<string, KnownAsset>;
  readonly byCode: ReadonlyMap<string, readonly KnownAsset[]>;
}

export async function readAssetBook(reader: Reader): Promise<AssetBook> {
  const rows = await reader.db
    .selectFrom('assets')
    .select(['id', 'code', 'scale', 'minimum_payout_minor'])
    .orderBy('id')
    .execute();
  const assets = rows.map((row) => ({
    id: row.id as AssetId,
    code: row.code,
    scale: Number(row.scale),
    minimumPayoutMinor: row.minimum_payout_minor,
  }));
  return { byId: new Map(assets.map((asset) => [asset.id, asset])), byCode: Map.groupBy(assets, ({ code }) => code) };
}

/** By its id, or by a code that only one asset has: of two assets with one code neither is guessed. */
export function findAsset(book: AssetBook, text: string): KnownAsset | Problem {
  const byId = book.byId.get(text);
  if (byId) return byId;
  const [asset, ...others] = book.byCode.get(text) ?? [];
  if (!asset) return problem('asset.unknown', 'asset', { asset: text });
  if (others.length === 0) return asset;
  return problem('asset.ambiguous', 'asset', { asset: text, ids: [asset, ...others].map(({ id }) => id).join(', ') });
}

const MORE_DIGITS_THAN_READ = /^\d+(?:\.\d+)?$/;

export function readAmount(text: string, asset: KnownAsset): bigint | Problem {
  const parsed = parseDecimal(text, asset.scale);
  if (!parsed.ok) return unreadAmount(text, parsed.problem, asset);
  const { minor } = parsed;
  if (text.startsWith('+')) return problem('amount.not_a_number', 'amount');
  if (text.startsWith('-')) return problem('amount.negative', 'amount');
  if (minor === 0n) return problem('amount.zero', 'amount');
  if (minor < asset.minimumPayoutMinor) {
    const minimum = formatDecimal(asset.minimumPayoutMinor, asset.scale);
    return problem('amount.below_minimum', 'amount', { minimum, code: asset.code });
  }
  return minor;
}

function unreadAmount(text: string, why: DecimalProblem, asset: KnownAsset): Problem {
  switch (why) {
    case 'too_many_decimals':
      return problem('amount.too_many_decimals', 'amount', { code: asset.code, scale: asset.scale });
    case 'too_large':
      return problem('amount.too_large', 'amount');
    case 'not_a_number':
      return problem(MORE_DIGITS_THAN_READ.test(text) ? 'amount.too_large' : 'amount.not_a_number', 'amount');
  }
}

/** Whether a rail moves this kind of asset; on NOWPayments the address is one of a currency. */
export function carries(rail: RailName, assetId: AssetId, currency: string | null): boolean {
  switch (rail) {
    case 'stellar':
      return assetId.startsWith('stellar:');
    case 'stripe':
      return assetId.startsWith('iso:');
    case 'nowpayments':
      return assetId === `now:${currency}`;
    case 'simulated':
      return !assetId.startsWith('credit:');
  }
}
