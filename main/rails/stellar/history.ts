/** Everything an account ever paid, from Horizon, read out of the very bytes the ledgers took. */
import { FeeBumpTransaction, type Horizon, StrKey, type Transaction, TransactionBuilder } from '@stellar/stellar-sdk';
import { parseDecimal } from '../../../core/money/minor.ts';
import type { ChainAsset, ChainHistory, OutgoingPayment } from '../../../core/rails/chain.ts';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { STELLAR_SCALE } from './build.ts';
import { chainAsset } from './chain-assets.ts';
import { transfersIn } from './contract-transfers.ts';
import { horizonClient } from './node-clients.ts';

const PAGE = 200;
/** Pages of large transactions are long. */
const TIMEOUT_MS = 60_000;
/** After either of them a claimable balance is no longer there. */
const ENDS: readonly string[] = ['claim_claimable_balance', 'clawback_claimable_balance'];

export function horizonHistory(url: string, networkPassphrase: string, timeoutMs = TIMEOUT_MS): ChainHistory {
  const server = horizonClient(url, timeoutMs);

  /** What a call moves does not stand in its bytes. */
  async function called(taken: Transaction | FeeBumpTransaction, foundBy: string, source: string) {
    const { operations, hash } = signedFirst(taken);
    if (!operations.some(({ type }) => type === 'invokeHostFunction')) return [];
    const { records } = await asked(() => server.operations().forTransaction(foundBy).limit(PAGE).call());
    return records.flatMap((record, position) =>
      isCall(record) ? transfersIn(record, source, { hash, position, atMs: Date.parse(record.created_at) }) : [],
    );
  }

  return {
    async outgoing(source, cursor) {
      const builder = server.transactions().forAccount(source).order('asc').limit(PAGE);
      const { records } = await asked(() => (cursor === null ? builder : builder.cursor(cursor)).call());
      const payments: OutgoingPayment[] = [];
      for (const { hash, envelope_xdr, created_at } of records.filter(({ successful }) => successful)) {
        const taken = TransactionBuilder.fromXDR(envelope_xdr, networkPassphrase);
        payments.push(...paymentsIn(taken, source, Date.parse(created_at)), ...(await called(taken, hash, source)));
      }
      return { payments, cursor: records.at(-1)?.paging_token ?? cursor, more: records.length === PAGE };
    },

    async endOfBalance(id) {
      const { records } = await asked(() =>
        server.operations().forClaimableBalance(id).order('desc').limit(PAGE).call(),
      );
      const last = records.find(({ type, transaction_successful }) => transaction_successful && ENDS.includes(type));
      if (!last) return null;
      const claimedBy = 'claimant' in last && typeof last.claimant === 'string' ? last.claimant : null;
      return { claimedBy, hash: last.transaction_hash, atMs: Date.parse(last.created_at) };
    },
  };
}

async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProviderUnreachable(`Horizon gave no answer: ${why}`, { cause: error });
  }
}

function paymentsIn(taken: Transaction | FeeBumpTransaction, source: string, atMs: number): OutgoingPayment[] {
  const { operations, hash, source: acts } = signedFirst(taken);
  return operations.flatMap((operation, position) => {
    const moved = movedBy(operation);
    if (!moved || baseOf(operation.source ?? acts) !== source) return [];
    const parsed = parseDecimal(moved.amount, STELLAR_SCALE);
    if (!parsed.ok) throw new ProviderUnreachable(`Horizon told an amount that is none: ${moved.amount}`);
    const { address, asset } = moved;
    return [{ hash, position, transfer: null, address, asset, amountMinor: parsed.minor, atMs }];
  });
}

/** Whoever paid the fee, it is known by what was first signed. */
function signedFirst(taken: Transaction | FeeBumpTransaction) {
  const transaction = taken instanceof FeeBumpTransaction ? taken.innerTransaction : taken;
  const { operations, source } = transaction;
  return { operations, source, hash: Buffer.from(transaction.hash()).toString('hex') };
}

type Told = Horizon.ServerApi.OperationRecord;
type Called = Horizon.ServerApi.InvokeHostFunctionOperationRecord;

const isCall = (record: Told): record is Called =>
  record.type === 'invoke_host_function' && Array.isArray((record as Called).asset_balance_changes);

interface Moved {
  readonly address: string;
  readonly asset: ChainAsset;
  readonly amount: string;
}

function movedBy(operation: Transaction['operations'][number]): Moved | null {
  switch (operation.type) {
    case 'payment':
      return { address: operation.destination, asset: chainAsset(operation.asset), amount: operation.amount };
    case 'pathPaymentStrictReceive':
      return { address: operation.destination, asset: chainAsset(operation.destAsset), amount: operation.destAmount };
    case 'createAccount':
      return {
        address: operation.destination,
        asset: { code: 'XLM', issuer: null },
        amount: operation.startingBalance,
      };
    case 'createClaimableBalance': {
      const [claimant] = operation.claimants;
      return claimant
        ? { address: claimant.destination, asset: chainAsset(operation.asset), amount: operation.amount }
        : null;
    }
    default:
      return null;
  }
}

function baseOf(address: string): string {
  if (!StrKey.isValidMed25519PublicKey(address)) return address;
  return StrKey.encodeEd25519PublicKey(StrKey.decodeMed25519PublicKey(address).subarray(0, 32));
}
