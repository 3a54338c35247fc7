/** What the app shows of operations that change the settings of an account. */
import type { xdr } from '@stellar/stellar-sdk/base';
import type { Field } from './pages.ts';
import { type Network, NotUnderstood } from './payload.ts';
import { account, assetName, hex, signerKey } from './print.ts';

const ACCOUNT_FLAGS = ['AUTH_REQUIRED', 'AUTH_REVOCABLE', 'AUTH_IMMUTABLE', 'AUTH_CLAWBACK_ENABLED'];
const TRUST_LINE_FLAGS = ['AUTHORIZED', 'AUTHORIZED_TO_MAINTAIN_LIABILITIES', 'TRUSTLINE_CLAWBACK_ENABLED'];
const KEY_KINDS: Readonly<Record<xdr.SignerKey['type'], string>> = {
  signerKeyTypeEd25519: 'Public Key',
  signerKeyTypeHashX: 'Hash(x)',
  signerKeyTypePreAuthTx: 'Pre-Auth',
  signerKeyTypeEd25519SignedPayload: 'Ed25519 Signed Payload',
};

export function trustLineFlags(flags: number): readonly string[] {
  return TRUST_LINE_FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0);
}

export function withFlags(title: string, flags: readonly string[]): Field {
  return { title, value: flags.length === 0 ? '[none]' : flags.join(', ') };
}

export function setOptionsFields(options: xdr.SetOptionsOp): readonly Field[] {
  const { inflationDest, homeDomain, signer } = options;
  const fields = [
    ...when('Inflation Dest', inflationDest && account(inflationDest)),
    ...when('Clear Flags', accountFlags(options.clearFlags)),
    ...when('Set Flags', accountFlags(options.setFlags)),
    ...when('Master Weight', options.masterWeight),
    ...when('Low Threshold', options.lowThreshold),
    ...when('Medium Threshold', options.medThreshold),
    ...when('High Threshold', options.highThreshold),
    ...when('Home Domain', homeDomain && domain(homeDomain.bytes)),
    ...(signer === null ? [] : signerFields(signer)),
  ];
  const empty = [{ title: 'SET OPTIONS', value: '[BODY IS EMPTY]' }];
  return [{ title: 'Operation Type', value: 'Set Options' }, ...(fields.length === 0 ? empty : fields)];
}

export function revokeSponsorshipFields(revoked: xdr.RevokeSponsorshipOp, network: Network): readonly Field[] {
  if (revoked.type === 'revokeSponsorshipSigner') {
    const { accountId, signerKey: key } = revoked.signer;
    return [
      revoke('SIGNER_KEY'),
      { title: 'Account ID', value: account(accountId) },
      { title: 'Signer Key Type', value: KEY_KINDS[key.type] },
      { title: 'Signer Key', value: signerKey(key) },
    ];
  }
  const { ledgerKey } = revoked;
  switch (ledgerKey.type) {
    case 'account':
      return [revoke('ACCOUNT'), { title: 'Account ID', value: account(ledgerKey.account.accountId) }];
    case 'offer':
      return [
        revoke('OFFER'),
        { title: 'Seller ID', value: account(ledgerKey.offer.sellerId) },
        { title: 'Offer ID', value: String(ledgerKey.offer.offerId) },
      ];
    case 'trustline': {
      const { accountId, asset } = ledgerKey.trustLine;
      const what =
        asset.type === 'assetTypePoolShare'
          ? { title: 'Liquidity Pool ID', value: hex(asset.liquidityPoolId.value) }
          : { title: 'Asset', value: assetName(asset, network) };
      return [revoke('TRUSTLINE'), { title: 'Account ID', value: account(accountId) }, what];
    }
    case 'data':
      return [
        revoke('DATA'),
        { title: 'Account ID', value: account(ledgerKey.data.accountId) },
        { title: 'Data Name', value: Buffer.from(ledgerKey.data.dataName.bytes).toString('latin1') },
      ];
    case 'claimableBalance':
      return [
        revoke('CLAIMABLE_BALANCE'),
        { title: 'Balance ID', value: hex(ledgerKey.claimableBalance.balanceId.toXdr()) },
      ];
    case 'liquidityPool':
      return [
        revoke('LIQUIDITY_POOL'),
        { title: 'Liquidity Pool ID', value: hex(ledgerKey.liquidityPool.liquidityPoolId.value) },
      ];
    default:
      throw new NotUnderstood(`a sponsored ${ledgerKey.type}`);
  }
}

function signerFields({ key, weight }: xdr.Signer): readonly Field[] {
  return [
    { title: weight === 0 ? 'Remove Signer' : 'Add Signer', value: `Type ${KEY_KINDS[key.type]}` },
    { title: 'Signer Key', value: signerKey(key) },
    ...(weight === 0 ? [] : [{ title: 'Weight', value: String(weight) }]),
  ];
}

function accountFlags(flags: number | null): string | null {
  return flags === null ? null : ACCOUNT_FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0).join(', ');
}

function domain(bytes: Uint8Array): string {
  return bytes.length === 0 ? '[remove home domain from account]' : Buffer.from(bytes).toString('latin1');
}

function revoke(what: string): Field {
  return { title: 'Operation Type', value: `Revoke Sponsorship (${what})` };
}

function when(title: string, value: string | number | null): readonly Field[] {
  return value === null ? [] : [{ title, value: String(value) }];
}
