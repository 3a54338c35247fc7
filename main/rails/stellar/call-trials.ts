/**
 * Tries a call out on the network before anybody signs it: whether the contract takes it, what it
 * needs, and that it pays exactly what was approved.
 */
import { Account, Address, rpc, scValToBigInt, type Transaction, TransactionBuilder, xdr } from '@stellar/stellar-sdk';
import { invariant } from '../../../core/errors/refusal.ts';
import type { CallNeeds, CallTrial, CallTrouble, ContractCalls, TransactionOrder } from '../../../core/rails/chain.ts';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { beyondPayments } from './call-authority.ts';
import { BadArgument, type Call, callIn, callOperation, tokenOf } from './contract-call.ts';
import { otherNetwork } from './network-words.ts';
import { rpcClient } from './node-clients.ts';

export interface TrialOptions {
  readonly url: string;
  readonly networkPassphrase: string;
  readonly timeoutMs?: number;
}

/** What a network that does not tell its own limits takes at least. */
const WRITES_MAX = 40;
const ENTRIES_MAX = 100;
/** Prices of resources may rise a little before the call is in a ledger; what is not used is given back. */
const MARGIN_PERCENT = 15n;

const fails = (why: CallTrouble, said: string): CallTrial => ({ outcome: 'fails', why, said: said.slice(0, 500) });

export function contractCalls({ url, networkPassphrase, timeoutMs }: TrialOptions): ContractCalls {
  const server = rpcClient(url, timeoutMs);
  const trying: Trying = {
    async limits() {
      const { passphrase } = await asked(() => server.getNetwork());
      if (passphrase !== networkPassphrase) throw otherNetwork(url, passphrase);
      return limitsIn((await asked(() => server.getLedgerEntries(LIMITS_KEY))).entries);
    },
    async fee() {
      const { sorobanInclusionFee } = await asked(() => server.getFeeStats());
      return BigInt(sorobanInclusionFee.p90);
    },
    simulate: (transaction) => asked(() => server.simulateTransaction(transaction)),
  };
  return callTrials(trying, networkPassphrase);
}

/** What is asked of a network. */
export interface Trying {
  fee(): Promise<bigint>;
  limits(): Promise<Limits>;
  simulate(transaction: Transaction): Promise<rpc.Api.SimulateTransactionResponse>;
}

export function callTrials(network: Trying, networkPassphrase: string): ContractCalls {
  let limits: Limits | null = null;
  return {
    fee: () => network.fee(),
    async tryOut(order) {
      const call = callIn(order.source, order.payments, networkPassphrase);
      invariant(call, 'only a contract call is tried out');
      limits ??= await network.limits();
      let transaction: Transaction;
      try {
        transaction = asTried(order, call);
      } catch (error) {
        if (error instanceof BadArgument) return fails('arguments', error.message);
        throw error;
      }
      const told = await network.simulate(transaction);
      if (rpc.Api.isSimulationError(told)) return fails(troubleIn(told.error), told.error);
      if (rpc.Api.isSimulationRestore(told)) return fails('archived', 'It needs entries that have been archived.');
      const data = told.transactionData.build();
      const beyond = beyondPayments(told.result?.auth ?? [], call);
      if (beyond !== null) return fails('other_auth', beyond);
      if (exceeds(data, limits)) return fails('too_large', 'It reads or writes more entries than a transaction may.');
      const unpaid = unpaidIn(told.events, call);
      if (unpaid !== null) return fails('does_not_pay', unpaid);
      return {
        outcome: 'works',
        needs: {
          data: data.toXDR('base64'),
          resourceFeeMinor: withMargin(BigInt(told.minResourceFee)),
          authorizations: (told.result?.auth ?? []).map((entry) => entry.toXDR('base64')),
        },
      };
    },
    covers: (envelope, needs) => covers(envelope, needs, networkPassphrase),
  };
}

const withMargin = (fee: bigint) => fee + (fee * MARGIN_PERCENT + 99n) / 100n;
const withoutMargin = (fee: bigint) => (fee * 100n) / (100n + MARGIN_PERCENT);

function asTried({ source, sequence, maxTimeS }: TransactionOrder, call: Call) {
  return new TransactionBuilder(new Account(source, String(sequence - 1n)), {
    fee: '100',
    networkPassphrase: call.networkPassphrase,
    timebounds: { minTime: 0, maxTime: maxTimeS },
  })
    .addOperation(callOperation(call))
    .build();
}

/** Whatever goes wrong on the way says nothing about the call. */
async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof ProviderUnreachable) throw error;
    const why = error instanceof Error ? error.message : JSON.stringify(error);
    throw new ProviderUnreachable(`Soroban RPC gave no answer: ${why}`, { cause: error });
  }
}

/** The host's own words, which tell its kinds of errors in brackets: `Error(WasmVm, MissingValue)`. */
function troubleIn(said: string): CallTrouble {
  if (/non-existent contract function|Error\(WasmVm, MissingValue\)/.test(said)) return 'method';
  if (/non-existing value for contract instance/.test(said)) return 'missing';
  if (/Error\(Budget, |exceeds? .*limit/i.test(said)) return 'too_large';
  if (/archived|EntryArchived/.test(said)) return 'archived';
  if (/Error\(Auth, /.test(said)) return 'other_auth';
  if (
    /Error\(WasmVm, (?:UnexpectedSize|UnexpectedType|InvalidInput)\)|mismatch|Error\(Value, UnexpectedType\)/.test(said)
  ) {
    return 'arguments';
  }
  return 'refused';
}

/** How many entries one call may write, and read from the disk. */
export interface Limits {
  readonly writes: number;
  readonly entries: number;
}

const LIMITS_KEY = xdr.LedgerKey.configSetting(
  new xdr.LedgerKeyConfigSetting({ configSettingId: xdr.ConfigSettingId.configSettingContractLedgerCostV0 }),
);

function limitsIn(entries: readonly { readonly val: xdr.LedgerEntryData }[]): Limits {
  for (const { val } of entries) {
    if (val.type !== 'configSetting' || val.configSetting.type !== 'configSettingContractLedgerCostV0') continue;
    const { txMaxWriteLedgerEntries, txMaxDiskReadEntries } = val.configSetting.contractLedgerCost;
    return { writes: txMaxWriteLedgerEntries, entries: txMaxDiskReadEntries };
  }
  return { writes: WRITES_MAX, entries: ENTRIES_MAX };
}

/** Accounts and trustlines are read from the disk, whether they are written or not. */
function exceeds({ resources: { footprint } }: xdr.SorobanTransactionData, { writes, entries }: Limits): boolean {
  const { readOnly, readWrite } = footprint;
  const fromDisk = [...readOnly, ...readWrite].filter(({ type }) => type === 'account' || type === 'trustline');
  return readWrite.length > writes || fromDisk.length > entries;
}

/** The first payee whom no transfer of the asset brought the amount; null where each got exactly that. */
function unpaidIn(events: readonly xdr.DiagnosticEvent[], call: Call): string | null {
  const token = tokenOf(call);
  const got = new Map<string, bigint>();
  for (const { event } of events) {
    const given = event.contractId && givenBy(event, token);
    if (given) got.set(given.to, (got.get(given.to) ?? 0n) + given.amountMinor);
  }
  const owed = new Map<string, bigint>();
  for (const { address, amountMinor } of call.payments) owed.set(address, (owed.get(address) ?? 0n) + amountMinor);
  for (const [address, amountMinor] of owed) {
    if (got.get(address) !== amountMinor) return `${address} would get ${got.get(address) ?? 0n} of ${amountMinor}`;
  }
  return null;
}

/** `transfer` from somebody, or `mint` where the issuer itself pays. */
function givenBy(event: xdr.ContractEvent, token: string): { to: string; amountMinor: bigint } | null {
  const { type, contractId, body } = event;
  if (type.name !== 'contract' || !contractId || body.type !== 'v0') return null;
  if (Address.contract(Buffer.from(contractId.toBytes())).toString() !== token) return null;
  const { topics, data } = body.v0;
  const [name, first, second] = topics;
  if (name?.type !== 'scvSymbol') return null;
  const kind = String(name.sym);
  const to = kind === 'transfer' ? second : kind === 'mint' ? first : undefined;
  const amount = amountIn(data);
  if (to?.type !== 'scvAddress' || amount === null) return null;
  return { to: Address.fromScAddress(to.address).toString(), amountMinor: amount };
}

/** By itself, or beside the number of one of several owners. */
function amountIn(data: xdr.ScVal): bigint | null {
  if (data.type === 'scvI128') return scValToBigInt(data);
  if (data.type !== 'scvMap') return null;
  const entry = data.map?.find(({ key }) => key.type === 'scvSymbol' && String(key.sym) === 'amount');
  return entry?.val.type === 'scvI128' ? scValToBigInt(entry.val) : null;
}

/** The same authority, no other entries, no more resources, no higher price. */
function covers(envelope: string, needs: CallNeeds, networkPassphrase: string): boolean {
  const built = TransactionBuilder.fromXDR(envelope, networkPassphrase).toEnvelope();
  if (built.type !== 'envelopeTypeTx' || built.v1.tx.ext.type !== 'sorobanData') return false;
  const [operation] = built.v1.tx.operations;
  if (operation?.body.type !== 'invokeHostFunction') return false;
  const auth = operation.body.invokeHostFunctionOp.auth.map((entry) => entry.toXDR('base64'));
  if (auth.length !== needs.authorizations.length || needs.authorizations.some((one) => !auth.includes(one))) {
    return false;
  }
  const has = built.v1.tx.ext.sorobanData;
  const now = xdr.SorobanTransactionData.fromXDR(needs.data, 'base64').resources;
  const writes = new Set(has.resources.footprint.readWrite.map((key) => key.toXDR('base64')));
  const reads = new Set([...writes, ...has.resources.footprint.readOnly.map((key) => key.toXDR('base64'))]);
  return (
    now.footprint.readWrite.every((key) => writes.has(key.toXDR('base64'))) &&
    now.footprint.readOnly.every((key) => reads.has(key.toXDR('base64'))) &&
    now.instructions <= has.resources.instructions &&
    now.diskReadBytes <= has.resources.diskReadBytes &&
    now.writeBytes <= has.resources.writeBytes &&
    withoutMargin(needs.resourceFeeMinor) <= has.resourceFee
  );
}
