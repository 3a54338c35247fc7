/**
 * The network as Horizon shows it: resources over HTTP, with everything that ever was. Only what
 * the program and the kit's own calls ask for.
 */
import { extractBaseAddress, type Transaction, type xdr } from '@stellar/stellar-sdk';
import type { Fault } from '../faults/rules.ts';
import { accountBody, claimableBody, ledgerBody, tokenOf, transactionBody } from './horizon-bodies.ts';
import { changeOf, isoTime, operationFields } from './horizon-operations.ts';
import type { StellarNetwork, TransactionRecord } from './network.ts';
import type { AnyOperation } from './operations.ts';
import { resultWords } from './result-words.ts';
import { BASE_FEE, innerOf, payerOf } from './transactions.ts';

export interface HorizonAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface HorizonRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly base: string;
}

export function problem(status: number, title: string, extras?: unknown): HorizonAnswer {
  const type = `https://stellar.org/horizon-errors/${title.toLowerCase().replaceAll(' ', '_')}`;
  return { status, body: { type, title, status, detail: title, ...(extras === undefined ? {} : { extras }) } };
}

export function answerHorizon(network: StellarNetwork, request: HorizonRequest, fault: Fault | null): HorizonAnswer {
  if (fault?.kind === 'raise_fee') network.raiseFee(BigInt(fault.stroops), fault.ms);
  const [resource, id, part] = request.path.split('/').filter((piece) => piece !== '');
  if (request.method === 'POST' && (resource === 'transactions' || resource === 'transactions_async'))
    return submit(network, request.form.get('tx') ?? '', resource === 'transactions_async');
  if (request.method !== 'GET') return problem(405, 'Method Not Allowed');
  switch (resource) {
    case undefined:
      return { status: 200, body: root(network) };
    case 'fee_stats':
      return { status: 200, body: feeStats(network) };
    case 'accounts':
      return id === undefined ? problem(404, 'Resource Missing') : account(network, id, part, request);
    case 'transactions':
      return id === undefined
        ? page(
            request,
            allOf(network).map((it) => transactionBody(it)),
          )
        : transaction(network, id, part, request);
    case 'operations':
    case 'payments':
      return page(request, operationsIn(allOf(network)));
    case 'ledgers':
      return ledgers(network, id, request);
    case 'claimable_balances':
      return claimables(network, id, part, request);
    default:
      return problem(404, 'Resource Missing');
  }
}

function root(network: StellarNetwork) {
  const latest = network.latest();
  return {
    horizon_version: 'sandbox',
    core_version: 'sandbox',
    ingest_latest_ledger: latest.sequence,
    history_latest_ledger: latest.sequence,
    history_latest_ledger_closed_at: isoTime(latest.closeTime),
    history_elder_ledger: network.ledgers[0]?.sequence ?? latest.sequence,
    core_latest_ledger: latest.sequence,
    network_passphrase: network.passphrase,
    current_protocol_version: 26,
    core_supported_protocol_version: 26,
  };
}

function feeStats(network: StellarNetwork) {
  const fee = String(network.surgeFee());
  const spread = Object.fromEntries(
    ['max', 'mode', 'p10', 'p20', 'p30', 'p40', 'p50', 'p60', 'p70', 'p80', 'p90', 'p95', 'p99'].map((at) => [at, fee]),
  );
  const min = String(BASE_FEE);
  return {
    last_ledger: String(network.latest().sequence),
    last_ledger_base_fee: String(network.latest().baseFee),
    ledger_capacity_usage: '0.1',
    fee_charged: { ...spread, min },
    max_fee: { ...spread, min },
  };
}

function account(
  network: StellarNetwork,
  id: string,
  part: string | undefined,
  request: HorizonRequest,
): HorizonAnswer {
  const found = network.world.accounts.get(id);
  if (!found) return problem(404, 'Resource Missing');
  if (part === undefined) return { status: 200, body: accountBody(found) };
  const of = allOf(network).filter((record) => touches(record, id));
  if (part === 'transactions') return page(request, of.map(transactionBody));
  if (part === 'operations' || part === 'payments') return page(request, operationsIn(of));
  return problem(404, 'Resource Missing');
}

function touches({ transaction, transfers }: TransactionRecord, id: string): boolean {
  const inner = innerOf(transaction);
  if (transfers.some(({ from, to }) => from === id || to === id)) return true;
  if (extractBaseAddress(inner.source) === id || payerOf(transaction) === id) return true;
  return inner.operations.some((operation) => {
    const named = [operation.source, 'destination' in operation ? operation.destination : undefined];
    return named.some((address) => typeof address === 'string' && extractBaseAddress(address) === id);
  });
}

function transaction(network: StellarNetwork, hash: string, part: string | undefined, request: HorizonRequest) {
  const record = network.find(hash);
  if (!record) return problem(404, 'Resource Missing');
  if (part === 'operations' || part === 'payments') return page(request, operationsIn([record]));
  return { status: 200, body: transactionBody(record) };
}

function ledgers(network: StellarNetwork, id: string | undefined, request: HorizonRequest): HorizonAnswer {
  if (id === undefined) return page(request, network.ledgers.map(ledgerBody));
  const found = /^\d+$/.test(id) ? network.ledger(Number(id)) : null;
  return found ? { status: 200, body: ledgerBody(found) } : problem(404, 'Resource Missing');
}

function claimables(
  network: StellarNetwork,
  id: string | undefined,
  part: string | undefined,
  request: HorizonRequest,
): HorizonAnswer {
  if (id !== undefined) {
    // What ended a balance is told long after there is none any more.
    if (part === 'operations')
      return page(
        request,
        operationsIn(allOf(network), (one) => one.balance === id),
      );
    const found = network.world.claimables.get(id);
    return found ? { status: 200, body: claimableBody(found) } : problem(404, 'Resource Missing');
  }
  const claimant = request.query.get('claimant');
  const sponsor = request.query.get('sponsor');
  const found = [...network.world.claimables.values()].filter(
    (balance) =>
      (claimant === null || balance.claimants.some(({ destination }) => destination === claimant)) &&
      (sponsor === null || balance.sponsor === sponsor),
  );
  return page(request, found.map(claimableBody));
}

/** Horizon waits for the ledger; so does this, which closes one at once. */
function submit(network: StellarNetwork, envelope: string, isAsync: boolean): HorizonAnswer {
  let submitted: ReturnType<StellarNetwork['submit']>;
  try {
    submitted = network.submit(envelope);
  } catch {
    return problem(400, 'Transaction Malformed', { envelope_xdr: envelope });
  }
  const { hash, status } = submitted;
  if (status === 'ERROR') {
    const { result } = submitted;
    if (isAsync) return { status: 400, body: { tx_status: 'ERROR', hash, error_result_xdr: result.toXDR('base64') } };
    return failed(envelope, result);
  }
  if (isAsync)
    return {
      status: status === 'TRY_AGAIN_LATER' ? 503 : status === 'DUPLICATE' ? 409 : 201,
      body: { tx_status: status, hash },
    };
  if (status === 'TRY_AGAIN_LATER') return problem(503, 'Service Unavailable');
  network.close();
  const record = network.find(hash);
  if (!record) return problem(504, 'Timeout', { hash });
  return record.isSuccess ? { status: 200, body: transactionBody(record) } : failed(envelope, record.result);
}

function failed(envelope: string, result: xdr.TransactionResult): HorizonAnswer {
  return problem(400, 'Transaction Failed', {
    envelope_xdr: envelope,
    result_codes: resultWords(result),
    result_xdr: result.toXDR('base64'),
  });
}

function allOf(network: StellarNetwork): readonly TransactionRecord[] {
  return network.ledgers.flatMap(({ transactions }) => transactions);
}

interface Told {
  /** The claimable balance that it made or ended. */
  readonly balance: string | null;
}

function operationsIn(records: readonly TransactionRecord[], is: (one: Told) => boolean = () => true) {
  return records.flatMap((record) => {
    const inner = innerOf(record.transaction);
    const { operations, source } = inner;
    const wanted = operations
      .map((operation, index) => ({ operation, index, balance: balanceOf(inner, operation, index) }))
      .filter(is);
    return wanted.map(({ operation, index }) => ({
      id: String(BigInt(tokenOf(record)) + BigInt(index + 1)),
      paging_token: String(BigInt(tokenOf(record)) + BigInt(index + 1)),
      transaction_successful: record.isSuccess,
      transaction_hash: record.hash,
      created_at: isoTime(record.closeTime),
      source_account: extractBaseAddress(operation.source ?? source),
      ...operationFields(operation, extractBaseAddress(operation.source ?? source)),
      ...(operation.type === 'invokeHostFunction' ? { asset_balance_changes: record.transfers.map(changeOf) } : {}),
      _links: {},
    }));
  });
}

function balanceOf(inner: Transaction, operation: AnyOperation, index: number): string | null {
  if (operation.type === 'claimClaimableBalance') return operation.balanceId;
  return operation.type === 'createClaimableBalance' ? inner.getClaimableBalanceId(index) : null;
}

/** One page, after its cursor, in the order asked for. */
function page({ query, path, base }: HorizonRequest, all: readonly { readonly paging_token: string }[]): HorizonAnswer {
  const limit = Math.min(200, Math.max(1, Number(query.get('limit') ?? '10')));
  const descending = query.get('order') === 'desc';
  const ordered = descending ? [...all].reverse() : all;
  const cursor = query.get('cursor');
  const isAfter = (token: string) => {
    if (cursor === null || cursor === '' || cursor === 'now') return cursor !== 'now';
    const [a, b] = [token, cursor].map((text) => (/^\d+$/.test(text) ? BigInt(text) : text)) as [bigint, bigint];
    return descending ? a < b : a > b;
  };
  const records = ordered.filter(({ paging_token }) => isAfter(paging_token)).slice(0, limit);
  const link = (from: string) => {
    const next = new URLSearchParams(query);
    next.set('cursor', from);
    return { href: `${base}${path}?${next}` };
  };
  const last = records.at(-1)?.paging_token ?? cursor ?? '';
  return {
    status: 200,
    body: { _links: { self: link(cursor ?? ''), next: link(last), prev: link(cursor ?? '') }, _embedded: { records } },
  };
}
