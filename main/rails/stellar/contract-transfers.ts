/** What contracts moved of an account's money, as Horizon tells it of each call. */
import type { Horizon } from '@stellar/stellar-sdk';
import { StrKey } from '@stellar/stellar-sdk';
import { parseDecimal } from '../../../core/money/minor.ts';
import type { ChainAsset, OutgoingPayment } from '../../../core/rails/chain.ts';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { STELLAR_SCALE } from './build.ts';

type Call = Horizon.ServerApi.InvokeHostFunctionOperationRecord;
type Change = Call['asset_balance_changes'][number];

/** Of a successful call: to whom the source's money came, also through the contract's own hands. */
export function transfersIn(
  { asset_balance_changes: changes }: Call,
  source: string,
  at: Pick<OutgoingPayment, 'hash' | 'position' | 'atMs'>,
): OutgoingPayment[] {
  const gives = (change: Change, from: string) => giverOf(change) === from;
  const pots = new Set(
    changes
      .filter((change) => gives(change, source) && StrKey.isValidContract(change.to))
      .map(({ to }) => to)
      .filter((contract) => changes.some((change) => gives(change, contract))),
  );
  return changes.flatMap((change, transfer) => {
    const giver = giverOf(change);
    if (giver !== source && !(giver !== null && pots.has(giver))) return [];
    if (giver === source && pots.has(change.to)) return [];
    const parsed = parseDecimal(change.amount, STELLAR_SCALE);
    if (!parsed.ok) throw new ProviderUnreachable(`Horizon told an amount that is none: ${change.amount}`);
    return [{ ...at, transfer, address: change.to, asset: assetOf(change), amountMinor: parsed.minor }];
  });
}

/** What an issuer pays with is made for it. Null for what no account gave. */
function giverOf({ type, from, asset_issuer }: Change): string | null {
  if (type === 'transfer') return from;
  return type === 'mint' ? (asset_issuer ?? null) : null;
}

function assetOf({ asset_type, asset_code, asset_issuer }: Change): ChainAsset {
  if (asset_type === 'native') return { code: 'XLM', issuer: null };
  if (asset_code === undefined || asset_issuer === undefined) throw new ProviderUnreachable('Horizon told no asset');
  return { code: asset_code, issuer: asset_issuer };
}
