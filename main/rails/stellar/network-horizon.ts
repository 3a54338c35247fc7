/**
 * The network through Horizon: what is asked when RPC's history does not reach back far enough,
 * and the adapter where there is no RPC.
 */
import { type Horizon, NotFoundError, type Transaction, TransactionBuilder, xdr } from '@stellar/stellar-sdk';
import { parseDecimal } from '../../../core/money/minor.ts';
import type { AccountFacts, ChainNetwork, Found, Reach, Sent, TrustlineFacts } from '../../../core/rails/chain.ts';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { STELLAR_SCALE } from './build.ts';
import { otherNetwork, wordsOf } from './network-words.ts';
import { horizonClient } from './node-clients.ts';

export interface HorizonOptions {
  readonly url: string;
  readonly networkPassphrase: string;
  readonly timeoutMs?: number;
}

const MEMO_REQUIRED = 'config.memo_required';
/** `1` in base64, as data is told. */
const YES = 'MQ==';
/** How many accounts are asked for at a time. */
const AT_ONCE = 8;

export function horizonNetwork({ url, networkPassphrase, timeoutMs }: HorizonOptions): ChainNetwork {
  const server = horizonClient(url, timeoutMs);

  let checked = false;
  const reach = async (): Promise<Reach> => {
    const about = await asked(() => server.root());
    // What another network knows nothing of may well have happened on this one.
    if (about.network_passphrase !== networkPassphrase) throw otherNetwork(url, about.network_passphrase);
    checked = true;
    const [latest] = (await asked(() => server.ledgers().order('desc').limit(1).call())).records;
    return {
      oldestLedger: about.history_elder_ledger,
      latestLedger: latest?.sequence ?? about.history_latest_ledger,
      latestCloseTimeS: secondsOf(latest?.closed_at ?? about.history_latest_ledger_closed_at),
    };
  };

  const baseReserve = async (): Promise<bigint> => {
    const [latest] = (await asked(() => server.ledgers().order('desc').limit(1).call())).records;
    if (!latest) throw new ProviderUnreachable('Horizon knows of no ledger');
    return BigInt(latest.base_reserve_in_stroops);
  };

  return {
    reach,
    baseReserve,

    async accounts(addresses) {
      if (!checked) await reach();
      const facts = new Map<string, AccountFacts>();
      const reserve = await baseReserve();
      for (let from = 0; from < addresses.length; from += AT_ONCE) {
        const some = addresses.slice(from, from + AT_ONCE);
        const loaded = await Promise.all(some.map((address) => orNull(() => server.loadAccount(address))));
        for (const [index, account] of loaded.entries()) {
          const address = some[index];
          if (account && address !== undefined) facts.set(address, factsOf(account, reserve));
        }
      }
      return facts;
    },

    async claimables(ids) {
      const { latestLedger, latestCloseTimeS } = await reach();
      const there = new Set<string>();
      for (const id of ids) {
        const found = await orNull(() => server.claimableBalances().claimableBalance(id).call());
        if (found) there.add(id);
      }
      return { there, latestLedger, latestCloseTimeS };
    },

    async feePerOperation() {
      const { max_fee } = await asked(() => server.feeStats());
      return BigInt(max_fee.p90);
    },

    async send(envelope): Promise<Sent> {
      if (!checked) await reach();
      const transaction = TransactionBuilder.fromXDR(envelope, networkPassphrase);
      const answer = await asked(() => server.submitAsyncTransaction(transaction as Transaction));
      switch (answer.tx_status) {
        case 'PENDING':
        case 'DUPLICATE':
          return { status: 'taken' };
        case 'TRY_AGAIN_LATER':
          return { status: 'busy' };
        default: {
          const result = answer.error_result_xdr;
          const said = result ? wordsOf(xdr.TransactionResult.fromXDR(result, 'base64')) : null;
          return { status: 'refused', words: said ? [said.words, ...said.operations].join(' ') : 'error' };
        }
      }
    },

    async find(hash): Promise<Found> {
      // First how far it reaches: a ledger that closes between the two questions must not count as searched.
      const before = await reach();
      const got = await orNull(() => server.transactions().transaction(hash).call());
      if (!got) return { status: 'unknown', reach: before };
      const { words, operations } = wordsOf(xdr.TransactionResult.fromXDR(got.result_xdr, 'base64'));
      return {
        status: got.successful ? 'success' : 'failed',
        ledger: got.ledger_attr,
        closeTimeS: secondsOf(got.created_at),
        feeMinor: BigInt(got.fee_charged),
        feeSource: got.fee_account,
        words,
        operations,
      };
    },
  };
}

async function orNull<T>(question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw unreachable(error);
  }
}

/** A refusal of the submission is an answer too; anything else says nothing of what the network did. */
async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const said = (error as { response?: { data?: { tx_status?: unknown } } }).response?.data;
    if (said?.tx_status !== undefined) return said as T;
    throw unreachable(error);
  }
}

function unreachable(error: unknown): ProviderUnreachable {
  const why = error instanceof Error ? error.message : String(error);
  return new ProviderUnreachable(`Horizon gave no answer: ${why}`, { cause: error });
}

function secondsOf(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000);
}

function factsOf(account: Horizon.AccountResponse, baseReserve: bigint): AccountFacts {
  const native = account.balances.find((balance) => balance.asset_type === 'native');
  const owned = account.subentry_count + (account.num_sponsoring ?? 0) - (account.num_sponsored ?? 0);
  const { low_threshold: low, med_threshold: medium, high_threshold: high } = account.thresholds;
  return {
    sequence: BigInt(account.sequenceNumber()),
    spendableMinor: native
      ? stroops(native.balance) - stroops(native.selling_liabilities) - BigInt(2 + owned) * baseReserve
      : 0n,
    trustlines: account.balances.flatMap(trustlineOf),
    signers: account.signers
      .filter(({ type }) => type === 'ed25519_public_key')
      .map(({ key, weight }) => ({ key, weight })),
    thresholds: { low, medium, high },
    memoRequired: account.data_attr[MEMO_REQUIRED] === YES,
  };
}

function trustlineOf(line: Horizon.AccountResponse['balances'][number]): TrustlineFacts[] {
  if (line.asset_type !== 'credit_alphanum4' && line.asset_type !== 'credit_alphanum12') return [];
  const balance = stroops(line.balance);
  return [
    {
      asset: { code: line.asset_code, issuer: line.asset_issuer },
      balanceMinor: balance,
      spendableMinor: balance - stroops(line.selling_liabilities),
      roomMinor: stroops(line.limit) - balance - stroops(line.buying_liabilities),
      authorized: line.is_authorized,
    },
  ];
}

function stroops(decimal: string): bigint {
  const parsed = parseDecimal(decimal, STELLAR_SCALE);
  if (!parsed.ok) throw new ProviderUnreachable(`Horizon told an amount that is none: ${decimal}`);
  return parsed.minor;
}
