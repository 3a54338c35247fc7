/** Trying a contract call out: what it would return, read, write and cost, with nothing changed. */
import {
  Address,
  type Asset,
  Keypair,
  nativeToScVal,
  SorobanDataBuilder,
  StrKey,
  type Transaction,
  xdr,
} from '@stellar/stellar-sdk';
import { type ContractTransfer, costOf, type Invoked, invokeContract, Trapped, valuesIn } from './contracts.ts';
import type { StellarNetwork } from './network.ts';
import { sourceOf } from './operations.ts';
import { Draft } from './world.ts';

const INSTRUCTIONS = { call: 1_000_000, value: 300_000 };
const ENTRY_BYTES = 200;

export function simulate(network: StellarNetwork, transaction: Transaction) {
  const { sequence, closeTime } = network.latest();
  const [operation] = transaction.operations;
  if (operation?.type !== 'invokeHostFunction' || operation.func.type !== 'hostFunctionTypeInvokeContract') {
    return { latestLedger: sequence, error: 'only the call of a contract can be simulated' };
  }
  const call = operation.func.invokeContract;
  const draft = new Draft(network.world, sequence + 1, closeTime);
  const source = sourceOf(operation, transaction.source);
  let invoked: Invoked;
  try {
    invoked = invokeContract(draft, source, call, network.contracts);
  } catch (error) {
    if (error instanceof Trapped) return { latestLedger: sequence, error: error.message };
    throw error;
  }
  const { returned, transfers } = invoked;
  const resourceFee = costOf(call);
  const writes = entriesOf(transfers);
  const data = new SorobanDataBuilder()
    .setFootprint(instancesOf(call, transfers), writes)
    .setResources(
      INSTRUCTIONS.call + INSTRUCTIONS.value * valuesIn(call),
      ENTRY_BYTES * writes.length,
      ENTRY_BYTES * writes.length,
    )
    .setResourceFee(resourceFee)
    .build();
  return {
    latestLedger: sequence,
    minResourceFee: String(resourceFee),
    transactionData: data.toXDR('base64'),
    results: [{ auth: [authorizationOf(call, source, transfers).toXDR('base64')], xdr: returned.toXDR('base64') }],
    events: transfers.map((transfer) => eventOf(transfer).toXDR('base64')),
  };
}

const addressOf = (text: string) => new Address(text).toScVal();

function instancesOf(call: xdr.InvokeContractArgs, transfers: readonly ContractTransfer[]): xdr.LedgerKey[] {
  const called = Address.fromScAddress(call.contractAddress).toString();
  const contracts = new Set([called, ...transfers.map(({ token }) => token)]);
  return [...contracts].map((contract) => dataKey(contract, xdr.ScVal.scvLedgerKeyContractInstance()));
}

function dataKey(contract: string, key: xdr.ScVal): xdr.LedgerKey {
  return xdr.LedgerKey.contractData(
    new xdr.LedgerKeyContractData({
      contract: new Address(contract).toScAddress(),
      key,
      durability: xdr.ContractDataDurability.persistent,
    }),
  );
}

/** Whatever holds a balance that changes, once. */
function entriesOf(transfers: readonly ContractTransfer[]): xdr.LedgerKey[] {
  const entries = new Map<string, xdr.LedgerKey>();
  for (const { asset, token, from, to } of transfers) {
    for (const owner of [from, to]) {
      if (owner !== asset.getIssuer()) entries.set(`${owner} ${token}`, balanceKey(owner, asset, token));
    }
  }
  return [...entries.values()];
}

function balanceKey(owner: string, asset: Asset, token: string): xdr.LedgerKey {
  if (StrKey.isValidContract(owner)) {
    return dataKey(token, xdr.ScVal.scvVec([xdr.ScVal.scvSymbol('Balance'), addressOf(owner)]));
  }
  const accountId = Keypair.fromPublicKey(owner).xdrPublicKey();
  return asset.isNative()
    ? xdr.LedgerKey.account(new xdr.LedgerKeyAccount({ accountId }))
    : xdr.LedgerKey.trustline(new xdr.LedgerKeyTrustLine({ accountId, asset: asset.toTrustLineXDRObject() }));
}

/** The source's signature on the transaction is all the authorisation there is: for the call, and what it calls. */
function authorizationOf(
  call: xdr.InvokeContractArgs,
  source: string,
  transfers: readonly ContractTransfer[],
): xdr.SorobanAuthorizationEntry {
  const called = Address.fromScAddress(call.contractAddress).toString();
  const nested = transfers.filter(({ token, from }) => token !== called && from === source);
  return new xdr.SorobanAuthorizationEntry({
    credentials: xdr.SorobanCredentials.sorobanCredentialsSourceAccount(),
    rootInvocation: invocationOf(
      call,
      nested.map(callOf).map((inner) => invocationOf(inner, [])),
    ),
  });
}

function invocationOf(
  call: xdr.InvokeContractArgs,
  subInvocations: xdr.SorobanAuthorizedInvocation[],
): xdr.SorobanAuthorizedInvocation {
  return new xdr.SorobanAuthorizedInvocation({
    function: xdr.SorobanAuthorizedFunction.sorobanAuthorizedFunctionTypeContractFn(call),
    subInvocations,
  });
}

function callOf({ token, from, to, amount }: ContractTransfer): xdr.InvokeContractArgs {
  return new xdr.InvokeContractArgs({
    contractAddress: new Address(token).toScAddress(),
    functionName: 'transfer',
    args: [addressOf(from), addressOf(to), nativeToScVal(amount, { type: 'i128' })],
  });
}

/** What an asset's contract tells of each transfer. */
function eventOf({ asset, token, from, to, amount }: ContractTransfer): xdr.DiagnosticEvent {
  const isIssuer = asset.getIssuer() === from;
  const topics = isIssuer ? ['mint', to] : ['transfer', from, to];
  return new xdr.DiagnosticEvent({
    inSuccessfulContractCall: true,
    event: new xdr.ContractEvent({
      ext: xdr.ExtensionPoint.v0(),
      contractId: xdr.ContractId.fromXDR(StrKey.decodeContract(token)),
      type: xdr.ContractEventType.contract,
      body: xdr.ContractEventBody.v0(
        new xdr.ContractEventV0({
          topics: [
            xdr.ScVal.scvSymbol(topics[0] ?? ''),
            ...topics.slice(1).map(addressOf),
            xdr.ScVal.scvString(asset.toString()),
          ],
          data: nativeToScVal(amount, { type: 'i128' }),
        }),
      ),
    }),
  });
}
