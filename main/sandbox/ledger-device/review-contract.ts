/** The review of contract calls, inside transactions and as authorizations of their own. */
import type { xdr } from '@stellar/stellar-sdk/base';
import type { Field } from './pages.ts';
import { NotUnderstood } from './payload.ts';
import { contractAddress, decimal, int128, scValue } from './print.ts';

export interface Told {
  readonly fields: readonly Field[];
  /** The app does not know what the contract does with it. */
  readonly blind: boolean;
}

/** The tokens whose calls the app can put in words. Their addresses are the public network's. */
const TOKENS: Readonly<Record<string, string>> = {
  CAS3J7GYLGXMF6TDJBBYYSE3HQ6BBSMLNUQ34T6TZMYMW2EVH34XOWMA: 'XLM',
  CCW67TSZV3SSS2HXMBQ5JFGCKJNXKZM7UQUWUZPUTHXSTZLEO7SJMI75: 'USDC',
};
const TOKEN_DECIMALS = 7;

export function tellHostFunction(call: xdr.HostFunction): Told {
  switch (call.type) {
    case 'hostFunctionTypeInvokeContract':
      return tellCall(call.invokeContract);
    case 'hostFunctionTypeCreateContract':
      return { fields: [soroban('Create Smart Contract')], blind: true };
    case 'hostFunctionTypeUploadContractWasm':
      return { fields: [soroban('Upload Smart Contract Wasm')], blind: true };
    case 'hostFunctionTypeCreateContractV2':
      throw new NotUnderstood(call.type);
  }
}

/** What the source account's signature also allows the called contract to call. */
export function tellNested(entries: readonly xdr.SorobanAuthorizationEntry[]): Told {
  return tellEach(
    entries
      .filter(({ credentials }) => credentials.type === 'sorobanCredentialsSourceAccount')
      .flatMap(({ rootInvocation }) => rootInvocation.subInvocations.flatMap(inOrder)),
  );
}

export function tellInvocation(invocation: xdr.SorobanAuthorizedInvocation): Told {
  return together([tellFunction(invocation.function), tellEach(invocation.subInvocations.flatMap(inOrder))]);
}

function tellEach(nested: readonly xdr.SorobanAuthorizedFunction[]): Told {
  return together(
    nested.map((authorized, index) => {
      const told = tellFunction(authorized);
      const title = { title: 'Nested Authorization', value: `${index + 1} of ${nested.length}` };
      return { fields: [title, ...told.fields], blind: told.blind };
    }),
  );
}

function inOrder(invocation: xdr.SorobanAuthorizedInvocation): readonly xdr.SorobanAuthorizedFunction[] {
  return [invocation.function, ...invocation.subInvocations.flatMap(inOrder)];
}

function tellFunction(authorized: xdr.SorobanAuthorizedFunction): Told {
  switch (authorized.type) {
    case 'sorobanAuthorizedFunctionTypeContractFn':
      return tellCall(authorized.contractFn);
    case 'sorobanAuthorizedFunctionTypeCreateContractHostFn':
      return { fields: [soroban('Create Smart Contract')], blind: true };
    case 'sorobanAuthorizedFunctionTypeCreateContractV2HostFn':
      throw new NotUnderstood(authorized.type);
  }
}

function tellCall(call: xdr.InvokeContractArgs): Told {
  const contract = contractAddress(call.contractAddress);
  const name = Buffer.from(call.functionName.bytes).toString('latin1');
  const opening = [
    soroban('Invoke Smart Contract'),
    { title: 'Contract ID', value: contract },
    { title: 'Function', value: name },
  ];
  const token = TOKENS[contract];
  const known = token === undefined ? null : tellToken(token, name, call.args);
  if (known !== null) return { fields: [...opening, ...known], blind: false };
  const args = call.args.map((arg, index) => ({
    title: `Arg ${index + 1} of ${call.args.length}`,
    value: scValue(arg),
  }));
  return { fields: [...opening, ...args], blind: true };
}

/** Null for a function the app has no words for; a known one with other arguments it refuses. */
function tellToken(token: string, name: string, [first, second, third, fourth]: readonly xdr.ScVal[]): Field[] | null {
  if (name === 'transfer') {
    return [
      { title: 'Transfer', value: tokenAmount(third, token) },
      { title: 'From', value: addressIn(first) },
      { title: 'To', value: addressIn(second) },
    ];
  }
  if (name === 'approve') {
    if (fourth?.type !== 'scvU32') throw new NotUnderstood('approve without a ledger');
    return [
      { title: 'From', value: addressIn(first) },
      { title: 'Spender', value: addressIn(second) },
      { title: 'Amount', value: tokenAmount(third, token) },
      { title: 'Live Until Ledger', value: String(fourth.u32) },
    ];
  }
  return null;
}

function tokenAmount(value: xdr.ScVal | undefined, token: string): string {
  if (value?.type !== 'scvI128') throw new NotUnderstood('an amount that is none');
  return `${decimal(int128(value.i128), TOKEN_DECIMALS)} ${token}`;
}

function addressIn(value: xdr.ScVal | undefined): string {
  if (value?.type !== 'scvAddress') throw new NotUnderstood('an address that is none');
  return contractAddress(value.address);
}

function soroban(value: string): Field {
  return { title: 'Soroban', value };
}

function together(parts: readonly Told[]): Told {
  return { fields: parts.flatMap(({ fields }) => fields), blind: parts.some(({ blind }) => blind) };
}
