/** Which assets a transaction moves that somebody issues: their names alone are worth nothing. */
import type { ChainDocument } from '../../../core/contract/index.ts';

interface Issued {
  readonly code: string;
  readonly issuer: string;
}

/** Each once, in the order of the operations that are paid in it. */
export function issuedIn({ operations }: Pick<ChainDocument, 'operations'>): readonly Issued[] {
  const found = new Map<string, Issued>();
  for (const { assetId, assetCode } of operations.flatMap(({ payout, pays }) => (payout ? [payout, ...pays] : pays))) {
    const issuer = /^stellar:[^:]+:[^:-]+-(G[A-Z2-7]{55})$/.exec(assetId)?.[1];
    if (issuer !== undefined) found.set(assetId, { code: assetCode, issuer });
  }
  return [...found.values()];
}
