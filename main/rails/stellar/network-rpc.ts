/** The network through Soroban RPC: the preferred adapter. Its history reaches back only so far. */
import { Keypair, rpc, StrKey, type Transaction, TransactionBuilder, xdr } from '@stellar/stellar-sdk';
import type { AccountFacts, ChainAsset, ChainNetwork, Found, Sent, TrustlineFacts } from '../../../core/rails/chain.ts';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { kitAsset } from './chain-assets.ts';
import { otherNetwork, payerOf, wordsOf } from './network-words.ts';
import { rpcClient } from './node-clients.ts';

export interface RpcOptions {
  readonly url: string;
  readonly networkPassphrase: string;
  /** Whose trustlines to ask for with an account: RPC has no list of them. */
  readonly assets: readonly ChainAsset[];
  readonly timeoutMs?: number;
}

const MEMO_REQUIRED = 'config.memo_required';
/** What RPC answers at once. */
const KEYS_MAX = 200;
const AUTHORIZED = 1;

export function rpcNetwork({ url, networkPassphrase, assets, timeoutMs }: RpcOptions): ChainNetwork {
  const server = rpcClient(url, timeoutMs);
  const issued = assets.filter(({ issuer }) => issuer !== null);

  let checked = false;
  /** What another network knows nothing of may well have happened on this one. */
  const here = async (): Promise<void> => {
    if (checked) return;
    const { passphrase } = await asked(() => server.getNetwork());
    if (passphrase !== networkPassphrase) throw otherNetwork(url, passphrase);
    checked = true;
  };

  const baseReserve = async (): Promise<bigint> => {
    const { headerXdr } = await asked(() => server.getLatestLedger());
    return BigInt(headerXdr.baseReserve);
  };

  return {
    baseReserve,

    async reach() {
      await here();
      const { oldestLedger, latestLedger } = await asked(() => server.getHealth());
      const { closeTime } = await asked(() => server.getLatestLedger());
      return { oldestLedger, latestLedger, latestCloseTimeS: Number(closeTime) };
    },

    async accounts(addresses) {
      await here();
      const keys = addresses.flatMap((address) => [
        accountKey(address),
        memoKey(address),
        ...issued.filter(({ issuer }) => issuer !== address).map((asset) => trustlineKey(address, asset)),
      ]);
      const found = new Map<string, xdr.LedgerEntryData>();
      const reserve = await baseReserve();
      for (let from = 0; from < keys.length; from += KEYS_MAX) {
        const { entries } = await asked(() => server.getLedgerEntries(...keys.slice(from, from + KEYS_MAX)));
        for (const { key, val } of entries) found.set(key.toXDR('base64'), val);
      }
      return new Map(
        addresses.flatMap((address) => {
          const facts = factsOf(address, found, issued, reserve);
          return facts ? [[address, facts] as const] : [];
        }),
      );
    },

    async claimables(ids) {
      await here();
      const there = new Set<string>();
      // First how far it has come: what is not there was gone by then, and not before it was made.
      const { sequence, closeTime } = await asked(() => server.getLatestLedger());
      for (let from = 0; from < ids.length; from += KEYS_MAX) {
        const keys = ids.slice(from, from + KEYS_MAX).map(balanceKey);
        const { entries } = await asked(() => server.getLedgerEntries(...keys));
        for (const { val } of entries)
          if (val.type === 'claimableBalance') there.add(val.claimableBalance.balanceId.toXDR('hex'));
      }
      return { there, latestLedger: sequence, latestCloseTimeS: Number(closeTime) };
    },

    async feePerOperation() {
      const { inclusionFee } = await asked(() => server.getFeeStats());
      return BigInt(inclusionFee.p90);
    },

    async send(envelope): Promise<Sent> {
      await here();
      const transaction = TransactionBuilder.fromXDR(envelope, networkPassphrase);
      const answer = await asked(() => server.sendTransaction(transaction as Transaction));
      switch (answer.status) {
        case 'PENDING':
        case 'DUPLICATE':
          return { status: 'taken' };
        case 'TRY_AGAIN_LATER':
          return { status: 'busy' };
        case 'ERROR': {
          const said = answer.errorResult ? wordsOf(answer.errorResult) : { words: 'error', operations: [] };
          return { status: 'refused', words: [said.words, ...said.operations].join(' ') };
        }
      }
    },

    async find(hash): Promise<Found> {
      await here();
      const got = await asked(() => server.getTransaction(hash));
      if (got.status === rpc.Api.GetTransactionStatus.NOT_FOUND) {
        const { oldestLedger, latestLedger, latestLedgerCloseTime } = got;
        return {
          status: 'unknown',
          reach: { oldestLedger, latestLedger, latestCloseTimeS: Number(latestLedgerCloseTime) },
        };
      }
      return {
        status: got.status === rpc.Api.GetTransactionStatus.SUCCESS ? 'success' : 'failed',
        ledger: got.ledger,
        closeTimeS: Number(got.createdAt),
        feeMinor: got.resultXdr.feeCharged,
        feeSource: payerOf(TransactionBuilder.fromXDR(got.envelopeXdr, networkPassphrase)),
        ...wordsOf(got.resultXdr),
      };
    },
  };
}

/** Whatever goes wrong on the way says nothing about what the network did. */
async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const why = error instanceof Error ? error.message : JSON.stringify(error);
    throw new ProviderUnreachable(`Soroban RPC gave no answer: ${why}`, { cause: error });
  }
}

function publicKey(address: string): xdr.PublicKey {
  return Keypair.fromPublicKey(address).xdrPublicKey();
}

function accountKey(address: string): xdr.LedgerKey {
  return xdr.LedgerKey.account(new xdr.LedgerKeyAccount({ accountId: publicKey(address) }));
}

function memoKey(address: string): xdr.LedgerKey {
  return xdr.LedgerKey.data(new xdr.LedgerKeyData({ accountId: publicKey(address), dataName: MEMO_REQUIRED }));
}

function balanceKey(id: string): xdr.LedgerKey {
  const balanceId = xdr.ClaimableBalanceId.fromXDR(id, 'hex');
  return xdr.LedgerKey.claimableBalance(new xdr.LedgerKeyClaimableBalance({ balanceId }));
}

function trustlineKey(address: string, asset: ChainAsset): xdr.LedgerKey {
  return xdr.LedgerKey.trustline(
    new xdr.LedgerKeyTrustLine({ accountId: publicKey(address), asset: kitAsset(asset).toTrustLineXDRObject() }),
  );
}

function factsOf(
  address: string,
  found: ReadonlyMap<string, xdr.LedgerEntryData>,
  issued: readonly ChainAsset[],
  baseReserve: bigint,
): AccountFacts | null {
  const entry = found.get(accountKey(address).toXDR('base64'));
  if (entry?.type !== 'account') return null;
  const { account } = entry;
  const data = found.get(memoKey(address).toXDR('base64'));
  const [master = 0, low = 0, medium = 0, high = 0] = account.thresholds.toBytes();
  const { selling, sponsoring, sponsored } = extensionOf(account);
  const reserve = BigInt(2 + account.numSubEntries + sponsoring - sponsored) * baseReserve;
  return {
    sequence: account.seqNum,
    spendableMinor: account.balance - reserve - selling,
    trustlines: issued.flatMap((asset) => trustlineOf(asset, found.get(trustlineKey(address, asset).toXDR('base64')))),
    signers: [
      { key: address, weight: master },
      ...account.signers.flatMap(({ key, weight }) =>
        key.type === 'signerKeyTypeEd25519'
          ? [{ key: StrKey.encodeEd25519PublicKey(key.ed25519.toBytes()), weight }]
          : [],
      ),
    ],
    thresholds: { low, medium, high },
    memoRequired: data?.type === 'data' && Buffer.from(data.data.dataValue.toBytes()).toString() === '1',
  };
}

function extensionOf({ ext }: xdr.AccountEntry): { selling: bigint; sponsoring: number; sponsored: number } {
  if (ext.type === 'v0') return { selling: 0n, sponsoring: 0, sponsored: 0 };
  const { liabilities, ext: further } = ext.v1;
  const sponsors = further.type === 'v2' ? further.v2 : null;
  return {
    selling: liabilities.selling,
    sponsoring: sponsors?.numSponsoring ?? 0,
    sponsored: sponsors?.numSponsored ?? 0,
  };
}

function trustlineOf(asset: ChainAsset, entry: xdr.LedgerEntryData | undefined): TrustlineFacts[] {
  if (entry?.type !== 'trustline') return [];
  const { balance, limit, flags, ext } = entry.trustLine;
  const { buying, selling } = ext.type === 'v0' ? { buying: 0n, selling: 0n } : ext.v1.liabilities;
  return [
    {
      asset,
      balanceMinor: balance,
      spendableMinor: balance - selling,
      roomMinor: limit - balance - buying,
      authorized: (flags & AUTHORIZED) !== 0,
    },
  ];
}
