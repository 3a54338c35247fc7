/**
 * The contracts of the simulated network: one for each asset, as the network has them, and one
 * that pays winnings out. Only what a source account may do by having signed the transaction.
 *
 *   asset:    transfer(from: Address, to: Address, amount: i128)
 *             balance(of: Address) -> i128
 *   winnings: distribute_winnings(from: Address, token: Address, recipients: Vec<Address>, amounts: Vec<i128>)
 *             -> i128, the sum that was paid
 */
import { Address, Asset, Keypair, nativeToScVal, StrKey, scValToNative, type xdr } from '@stellar/stellar-sdk';
import { giveTo, takeFrom } from './moving.ts';
import { type Draft, keyOfAsset } from './world.ts';

/** The contract would have panicked: the whole transaction fails. In the host's own words. */
export class Trapped extends Error {
  override readonly name = 'Trapped';
}

const ofHost = (error: string, said: string) =>
  new Trapped(
    `HostError: Error(${error})\n\nEvent log (newest first):\n   0: [Diagnostic Event] topics:[error], data:"${said}"`,
  );
/** A contract's own reason, by its number. */
const ofContract = (number: number, said: string) => ofHost(`Contract, #${number}`, said);

const ACCOUNT_MISSING = 6;
const BALANCE = 10;
const DEAUTHORIZED = 11;
const TRUSTLINE_MISSING = 13;

const REASONS: Readonly<Record<string, number>> = {
  underfunded: BALANCE,
  line_full: BALANCE,
  source_no_trust: TRUSTLINE_MISSING,
  no_trust: TRUSTLINE_MISSING,
  source_not_authorized: DEAUTHORIZED,
  not_authorized: DEAUTHORIZED,
};

const CALL_COST = 60_000n;
const ARGUMENT_COST = 3_000n;

export interface Contracts {
  readonly winnings: string;
  /** The asset behind a contract, or null. */
  assetOf(contract: string): Asset | null;
  /** Makes the asset's contract known. */
  know(asset: Asset): string;
}

/** An amount that a contract moved. */
export interface ContractTransfer {
  readonly asset: Asset;
  /** The contract of the asset. */
  readonly token: string;
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
}

export interface Invoked {
  readonly returned: xdr.ScVal;
  readonly transfers: readonly ContractTransfer[];
}

export function contractsOf(passphrase: string): Contracts {
  const assets = new Map<string, Asset>();
  const know = (asset: Asset) => {
    const id = asset.contractId(passphrase);
    assets.set(id, asset);
    return id;
  };
  know(Asset.native());
  return { winnings: WINNINGS, assetOf: (contract) => assets.get(contract) ?? null, know };
}

/** The contract that pays winnings out, at the same address on every simulated network. */
export const WINNINGS = StrKey.encodeContract(Keypair.fromRawEd25519Seed(Buffer.alloc(32, 'winnings')).rawPublicKey());

/** More is more: each value of a list counts. */
export function costOf(call: xdr.InvokeContractArgs): bigint {
  return CALL_COST + ARGUMENT_COST * BigInt(valuesIn(call));
}

export function valuesIn({ args }: xdr.InvokeContractArgs): number {
  return args.reduce((sum, arg) => sum + (arg.type === 'scvVec' ? (arg.vec?.length ?? 0) : 1), 0);
}

export function invokeContract(
  draft: Draft,
  source: string,
  call: xdr.InvokeContractArgs,
  contracts: Contracts,
): Invoked {
  const contract = Address.fromScAddress(call.contractAddress).toString();
  const method = String(call.functionName);
  const args = call.args.map((arg) => scValToNative(arg) as unknown);
  const transfers: ContractTransfer[] = [];
  const move = (asset: Asset, from: string, to: string, amount: bigint) =>
    transfers.push(transfer(draft, source, contracts, { asset, from, to, amount }));
  if (contract === contracts.winnings) {
    if (method !== 'distribute_winnings') throw noMethod(method);
    const sum = distribute(args, contracts, move);
    return { returned: nativeToScVal(sum, { type: 'i128' }), transfers };
  }
  const asset = contracts.assetOf(contract);
  if (!asset) throw ofHost('Storage, MissingValue', 'trying to get non-existing value for contract instance');
  if (method === 'balance') {
    return { returned: nativeToScVal(balanceOf(draft, asset, textOf(args[0])), { type: 'i128' }), transfers };
  }
  if (method !== 'transfer') throw noMethod(method);
  expectCount(args, 3);
  const [from, to, amount] = args;
  move(asset, textOf(from), textOf(to), amountOf(amount));
  return { returned: nativeToScVal(null), transfers };
}

const noMethod = (method: string) =>
  ofHost('WasmVm, MissingValue', `trying to invoke non-existent contract function ${method}`);

function expectCount(args: readonly unknown[], count: number): void {
  if (args.length !== count) throw ofHost('WasmVm, UnexpectedSize', `expected ${count} arguments, not ${args.length}`);
}

type Move = (asset: Asset, from: string, to: string, amount: bigint) => unknown;

function distribute(args: readonly unknown[], contracts: Contracts, move: Move): bigint {
  expectCount(args, 4);
  const [from, token, recipients, amounts] = args;
  if (!Array.isArray(recipients) || !Array.isArray(amounts))
    throw ofHost('WasmVm, UnexpectedType', 'expected two lists');
  const asset = contracts.assetOf(textOf(token));
  if (!asset) throw ofHost('Storage, MissingValue', 'trying to get non-existing value for contract instance');
  if (recipients.length !== amounts.length) throw ofContract(1, 'the lists are not of one length');
  let sum = 0n;
  for (const [index, recipient] of recipients.entries()) {
    const amount = amountOf(amounts[index]);
    move(asset, textOf(from), textOf(recipient), amount);
    sum += amount;
  }
  return sum;
}

function transfer(
  draft: Draft,
  source: string,
  contracts: Contracts,
  { asset, from, to, amount }: Omit<ContractTransfer, 'token'>,
): ContractTransfer {
  if (from !== source) throw ofHost('Auth, InvalidAction', `unauthorized function call for address ${from}`);
  const payer = draft.account(from);
  if (!payer) throw ofContract(ACCOUNT_MISSING, `there is no account ${from}`);
  if (StrKey.isValidContract(to)) {
    const held = draft.heldBy(to);
    held.set(keyOfAsset(asset), (held.get(keyOfAsset(asset)) ?? 0n) + amount);
  } else {
    const receiver = draft.account(to);
    if (!receiver) throw ofContract(ACCOUNT_MISSING, `there is no account ${to}`);
    const refused = giveTo(receiver, asset, amount);
    if (refused) throw ofContract(REASONS[refused] ?? BALANCE, `${to}: ${refused}`);
  }
  const refused = takeFrom(payer, asset, amount);
  if (refused) throw ofContract(REASONS[refused] ?? BALANCE, `${from}: ${refused}`);
  return { asset, token: contracts.know(asset), from, to, amount };
}

function balanceOf(draft: Draft, asset: Asset, of: string): bigint {
  const key = keyOfAsset(asset);
  if (StrKey.isValidContract(of)) return draft.heldBy(of).get(key) ?? 0n;
  const account = draft.account(of);
  if (!account) return 0n;
  return asset.isNative() ? account.balance : (account.trustlines.get(key)?.balance ?? 0n);
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw ofHost('WasmVm, UnexpectedType', 'expected an address');
  return value;
}

function amountOf(value: unknown): bigint {
  if (typeof value !== 'bigint') throw ofHost('WasmVm, UnexpectedType', 'expected an amount');
  if (value <= 0n) throw ofContract(8, 'expected an amount above zero');
  return value;
}
