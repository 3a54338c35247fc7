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

/** The contract would have panicked: the whole transaction fails. */
export class Trapped extends Error {
  override readonly name = 'Trapped';
}

const CALL_COST = 60_000n;
const ARGUMENT_COST = 3_000n;

export interface Contracts {
  readonly winnings: string;
  /** The asset behind a contract, or null. */
  assetOf(contract: string): Asset | null;
  /** Makes the asset's contract known. */
  know(asset: Asset): string;
}

export function contractsOf(passphrase: string): Contracts {
  const assets = new Map<string, Asset>();
  const know = (asset: Asset) => {
    const id = asset.contractId(passphrase);
    assets.set(id, asset);
    return id;
  };
  know(Asset.native());
  const winnings = StrKey.encodeContract(Keypair.fromRawEd25519Seed(Buffer.alloc(32, 'winnings')).rawPublicKey());
  return { winnings, assetOf: (contract) => assets.get(contract) ?? null, know };
}

/** More is more: each value of a list counts. */
export function costOf(call: xdr.InvokeContractArgs): bigint {
  const values = call.args.reduce((sum, arg) => sum + (arg.type === 'scvVec' ? (arg.vec?.length ?? 0) : 1), 0);
  return CALL_COST + ARGUMENT_COST * BigInt(values);
}

export function invokeContract(
  draft: Draft,
  source: string,
  call: xdr.InvokeContractArgs,
  contracts: Contracts,
): xdr.ScVal {
  const contract = Address.fromScAddress(call.contractAddress).toString();
  const method = String(call.functionName);
  const args = call.args.map((arg) => scValToNative(arg) as unknown);
  if (contract === contracts.winnings) {
    if (method !== 'distribute_winnings') throw new Trapped(`the contract has no method ${method}`);
    return distribute(draft, source, args, contracts);
  }
  const asset = contracts.assetOf(contract);
  if (!asset) throw new Trapped(`there is no contract ${contract}`);
  if (method === 'balance') return nativeToScVal(balanceOf(draft, asset, textOf(args[0])), { type: 'i128' });
  if (method !== 'transfer') throw new Trapped(`the contract has no method ${method}`);
  const [from, to, amount] = args;
  transfer(draft, source, asset, textOf(from), textOf(to), amountOf(amount));
  return nativeToScVal(null);
}

function distribute(draft: Draft, source: string, args: readonly unknown[], contracts: Contracts): xdr.ScVal {
  const [from, token, recipients, amounts] = args;
  const asset = contracts.assetOf(textOf(token));
  if (!asset) throw new Trapped('the token is not known');
  if (!Array.isArray(recipients) || !Array.isArray(amounts)) throw new Trapped('expected two lists');
  if (recipients.length !== amounts.length) throw new Trapped('the lists are not of one length');
  let sum = 0n;
  for (const [index, recipient] of recipients.entries()) {
    const amount = amountOf(amounts[index]);
    transfer(draft, source, asset, textOf(from), textOf(recipient), amount);
    sum += amount;
  }
  return nativeToScVal(sum, { type: 'i128' });
}

function transfer(draft: Draft, source: string, asset: Asset, from: string, to: string, amount: bigint): void {
  if (from !== source) throw new Trapped(`${from} did not authorise it`);
  const payer = draft.account(from);
  if (!payer) throw new Trapped(`there is no account ${from}`);
  if (StrKey.isValidContract(to)) {
    const held = draft.heldBy(to);
    held.set(keyOfAsset(asset), (held.get(keyOfAsset(asset)) ?? 0n) + amount);
  } else {
    const receiver = draft.account(to);
    if (!receiver) throw new Trapped(`there is no account ${to}`);
    const refused = giveTo(receiver, asset, amount);
    if (refused) throw new Trapped(`${to}: ${refused}`);
  }
  const refused = takeFrom(payer, asset, amount);
  if (refused) throw new Trapped(`${from}: ${refused}`);
}

function balanceOf(draft: Draft, asset: Asset, of: string): bigint {
  const key = keyOfAsset(asset);
  if (StrKey.isValidContract(of)) return draft.heldBy(of).get(key) ?? 0n;
  const account = draft.account(of);
  if (!account) return 0n;
  return asset.isNative() ? account.balance : (account.trustlines.get(key)?.balance ?? 0n);
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Trapped('expected an address');
  return value;
}

function amountOf(value: unknown): bigint {
  if (typeof value !== 'bigint' || value <= 0n) throw new Trapped('expected an amount above zero');
  return value;
}
