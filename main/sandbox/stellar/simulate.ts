/** Trying a contract call out: what it would return, read and cost, with nothing changed. */
import { Address, SorobanDataBuilder, type Transaction, xdr } from '@stellar/stellar-sdk';
import { costOf, invokeContract, Trapped } from './contracts.ts';
import type { StellarNetwork } from './network.ts';
import { sourceOf } from './operations.ts';
import { Draft } from './world.ts';

export function simulate(network: StellarNetwork, transaction: Transaction) {
  const { sequence, closeTime } = network.latest();
  const [operation] = transaction.operations;
  if (operation?.type !== 'invokeHostFunction' || operation.func.type !== 'hostFunctionTypeInvokeContract') {
    return { latestLedger: sequence, error: 'only the call of a contract can be simulated' };
  }
  const call = operation.func.invokeContract;
  const draft = new Draft(network.world, sequence + 1, closeTime);
  const source = sourceOf(operation, transaction.source);
  let returned: xdr.ScVal;
  try {
    returned = invokeContract(draft, source, call, network.contracts);
  } catch (error) {
    if (error instanceof Trapped) return { latestLedger: sequence, error: `HostError: ${error.message}` };
    throw error;
  }
  const resourceFee = costOf(call);
  const data = new SorobanDataBuilder()
    .setFootprint([instanceKey(call)], [])
    .setResources(1_000_000, 10_000, 10_000)
    .setResourceFee(resourceFee)
    .build();
  return {
    latestLedger: sequence,
    minResourceFee: String(resourceFee),
    transactionData: data.toXDR('base64'),
    results: [{ auth: [authorizationOf(call).toXDR('base64')], xdr: returned.toXDR('base64') }],
    events: [],
  };
}

function instanceKey(call: xdr.InvokeContractArgs): xdr.LedgerKey {
  return xdr.LedgerKey.contractData(
    new xdr.LedgerKeyContractData({
      contract: Address.fromScAddress(call.contractAddress).toScAddress(),
      key: xdr.ScVal.scvLedgerKeyContractInstance(),
      durability: xdr.ContractDataDurability.persistent,
    }),
  );
}

/** The source's signature on the transaction is all the authorisation there is. */
function authorizationOf(call: xdr.InvokeContractArgs): xdr.SorobanAuthorizationEntry {
  return new xdr.SorobanAuthorizationEntry({
    credentials: xdr.SorobanCredentials.sorobanCredentialsSourceAccount(),
    rootInvocation: new xdr.SorobanAuthorizedInvocation({
      function: xdr.SorobanAuthorizedFunction.sorobanAuthorizedFunctionTypeContractFn(call),
      subInvocations: [],
    }),
  });
}
