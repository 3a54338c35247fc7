/** A contract call is what was approved to the bit, and lets the contract do nothing else. */
import { createServer, type Server } from 'node:http';
import {
  Address,
  Asset,
  Keypair,
  nativeToScVal,
  Operation,
  StrKey,
  TransactionBuilder,
  xdr,
} from '@stellar/stellar-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallTerms, TRANSFER_ARGUMENTS, USUAL_ARGUMENTS } from '../../../../core/contract/contract-calls.ts';
import type { CallNeeds, ChainPayment, TransactionOrder } from '../../../../core/rails/chain.ts';
import { ProviderUnreachable } from '../../../../core/rails/provider.ts';
import { contractCalls } from '../../../../main/rails/stellar/call-trials.ts';
import { resourcesOf } from '../../../../main/rails/stellar/contract-call.ts';
import { decodeTransaction } from '../../../../main/rails/stellar/decode.ts';
import { stellarRail } from '../../../../main/rails/stellar/rail.ts';
import { WINNINGS } from '../../../../main/sandbox/stellar/contracts.ts';
import { CALL_WRITES_MAX } from '../../../../main/sandbox/stellar/transactions.ts';
import { networkPassphrase, payment, type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';

const CALL: CallTerms = { contract: WINNINGS, method: 'distribute_winnings', arguments: [...USUAL_ARGUMENTS] };
const OTHER = StrKey.encodeContract(Buffer.alloc(32, 9));
const address = (of: string) => nativeToScVal(of, { type: 'address' });
const i128 = (amount: bigint) => nativeToScVal(amount, { type: 'i128' });

let world: StellarWorld;
let payments: readonly ChainPayment[];
let order: TransactionOrder & { readonly needs: CallNeeds };

beforeAll(async () => {
  world = await stellarWorld();
  payments = ['ana', 'ben'].map((name, index) =>
    payment(world.account(name).publicKey(), BigInt(index + 1) * 10_000_000n, {
      asset: world.usdc,
      method: 'contract_call',
      call: CALL,
    }),
  );
  const wanted = orderOf(payments);
  const trial = await calls().tryOut(wanted);
  if (trial.outcome !== 'works') throw new Error(trial.said);
  order = { ...wanted, needs: trial.needs };
});
afterAll(() => world.close());

const calls = (url = world.rpcUrl) => contractCalls({ url, networkPassphrase });
const rail = () => stellarRail({ networkPassphrase, rpcUrl: world.rpcUrl, horizonUrl: null, assets: [world.usdc] });

function orderOf(of: readonly ChainPayment[]): TransactionOrder {
  const account = world.network.world.accounts.get(world.treasury.publicKey());
  return {
    source: world.treasury.publicKey(),
    sequence: (account?.sequence ?? 0n) + 1n,
    payments: of,
    reclaims: [],
    feePerOperation: 100n,
    maxTimeS: 1_800_001_800,
  };
}

/** The envelope that was built, with its one operation made another. */
function changed(
  change: (call: xdr.InvokeContractArgs, auth: xdr.SorobanAuthorizationEntry[]) => xdr.Operation,
): string {
  const built = TransactionBuilder.fromXDR(rail().build(order).envelope, networkPassphrase);
  const [operation] = built.operations;
  if (operation?.type !== 'invokeHostFunction' || operation.func.type !== 'hostFunctionTypeInvokeContract') {
    throw new Error('A call is built');
  }
  const { invokeContract } = operation.func;
  const again = TransactionBuilder.cloneFrom(built as never, { networkPassphrase }).clearOperations();
  return again
    .addOperation(change(invokeContract, operation.auth ?? []))
    .setSorobanData(resourcesOf(order.needs))
    .build()
    .toEnvelope()
    .toXDR('base64');
}

const calling = (contract: string, method: string, args: xdr.ScVal[], auth: xdr.SorobanAuthorizationEntry[]) =>
  Operation.invokeContractFunction({ contract, function: method, args, auth });

const part = (envelope: string) =>
  rail().differenceFrom(envelope, { ...order, feeMinor: rail().build(order).feeMinor });

describe('what would be signed', () => {
  it('is the approved call, and every other is named', () => {
    const { envelope } = rail().build(order);
    expect(part(envelope)).toBeNull();
    const mallory = Keypair.random().publicKey();
    const withArgument = (index: number, value: xdr.ScVal) =>
      changed(({ args }, auth) => calling(WINNINGS, CALL.method, args.with(index, value), auth));
    const recipients = payments.map((one) => address(one.address));
    for (const [what, attack, says] of [
      ['another contract', changed(({ args }, auth) => calling(OTHER, CALL.method, args, auth)), 'contract'],
      ['another method', changed(({ args }, auth) => calling(WINNINGS, 'empty_it', args, auth)), 'method'],
      ['another payer', withArgument(0, address(mallory)), 'argument 1 (source)'],
      ['another token', withArgument(1, address(Asset.native().contractId(networkPassphrase))), 'argument 2 (token)'],
      [
        'another payee',
        withArgument(2, xdr.ScVal.scvVec(recipients.with(1, address(mallory)))),
        'argument 3 (recipients)',
      ],
      [
        'payees in another order',
        withArgument(2, xdr.ScVal.scvVec(recipients.toReversed())),
        'argument 3 (recipients)',
      ],
      [
        'another amount',
        withArgument(3, xdr.ScVal.scvVec([i128(10_000_000n), i128(20_000_001n)])),
        'argument 4 (amounts)',
      ],
      [
        'one argument more',
        changed(({ args }, auth) => calling(WINNINGS, CALL.method, [...args, address(mallory)], auth)),
        'arguments',
      ],
      [
        'a payment instead',
        changed(() => Operation.payment({ destination: mallory, asset: Asset.native(), amount: '1' })),
        'type',
      ],
    ] as const) {
      expect(part(attack), what).toBe(`operation 1: ${says}`);
    }
  });

  it('lets the contract move the very amounts to the very payees, and nothing else', () => {
    const mallory = Keypair.random().publicKey();
    const transfer = (to: string, amount: bigint, method = 'transfer') =>
      new xdr.SorobanAuthorizedInvocation({
        function: xdr.SorobanAuthorizedFunction.sorobanAuthorizedFunctionTypeContractFn(
          new xdr.InvokeContractArgs({
            contractAddress: xdr.ScAddress.scAddressTypeContract(
              xdr.ContractId.fromXDR(
                StrKey.decodeContract(new Asset(world.usdc.code, world.usdc.issuer).contractId(networkPassphrase)),
              ),
            ),
            functionName: method,
            args: [address(order.source), address(to), i128(amount)],
          }),
        ),
        subInvocations: [],
      });
    const allowing = (
      nested: xdr.SorobanAuthorizedInvocation[],
      more: { readonly credentials?: xdr.SorobanCredentials; readonly twice?: boolean } = {},
    ) =>
      changed((call) => {
        const entry = new xdr.SorobanAuthorizationEntry({
          credentials: more.credentials ?? xdr.SorobanCredentials.sorobanCredentialsSourceAccount(),
          rootInvocation: new xdr.SorobanAuthorizedInvocation({
            function: xdr.SorobanAuthorizedFunction.sorobanAuthorizedFunctionTypeContractFn(call),
            subInvocations: nested,
          }),
        });
        return calling(WINNINGS, CALL.method, call.args, more.twice ? [entry, entry] : [entry]);
      });
    const [ana, ben] = payments.map((one) => transfer(one.address, one.amountMinor));
    if (!ana || !ben) throw new Error('There are two payees');
    expect(part(allowing([ana, ben]))).toBeNull();
    // Some contracts take the sum, and hand it on themselves.
    expect(part(allowing([transfer(WINNINGS, 30_000_000n)]))).toBeNull();
    for (const [what, attack] of [
      ['a transfer to somebody else', allowing([ana, ben, transfer(mallory, 1n)])],
      ['more for a payee', allowing([ana, transfer(payments[1]?.address ?? '', 20_000_001n)])],
      ['the same payee twice', allowing([ana, ana, ben])],
      ['the payees, and their sum besides', allowing([ana, ben, transfer(WINNINGS, 30_000_000n)])],
      ['an allowance for later', allowing([transfer(WINNINGS, 30_000_000n, 'approve')])],
      ['the call twice', allowing([ana, ben], { twice: true })],
      [
        'an authorization of its own',
        allowing([ana, ben], {
          credentials: xdr.SorobanCredentials.sorobanCredentialsAddress(
            new xdr.SorobanAddressCredentials({
              address: new Address(order.source).toScAddress(),
              nonce: 1n,
              signatureExpirationLedger: 9,
              signature: xdr.ScVal.scvVoid(),
            }),
          ),
        }),
      ],
    ] as const) {
      expect(part(attack), what).toBe('operation 1: authorization');
    }
  });
});

it('is told in words with each transfer that it lets the contract make', () => {
  const [told] = decodeTransaction(rail().build(order).envelope, networkPassphrase).operations;
  const [ana, ben] = payments.map((one) => one.address);
  const token = new Asset(world.usdc.code, world.usdc.issuer).contractId(networkPassphrase);
  expect(told?.words).toBe(
    `Call distribute_winnings(${order.source}, ${token}, [${ana}, ${ben}], [10000000, 20000000]) of contract ${WINNINGS}; ` +
      `the source lets it call transfer(${order.source}, ${ana}, 10000000) of contract ${token}; ` +
      `call transfer(${order.source}, ${ben}, 20000000) of contract ${token}`,
  );
});

describe('a trial', () => {
  let lying: Server | null = null;

  /** The network's answer, changed on its way. */
  async function through(change: (answer: Record<string, unknown>) => unknown): Promise<string> {
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const chunk of request) parts.push(chunk as Buffer);
      const body = Buffer.concat(parts).toString();
      const answer = (await (
        await fetch(world.rpcUrl, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
      ).json()) as { result: Record<string, unknown> };
      const isTrial = (JSON.parse(body) as { method: string }).method === 'simulateTransaction';
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(isTrial ? { ...answer, result: change(answer.result) } : answer));
    });
    lying = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  }
  const tryThrough = async (change: (answer: Record<string, unknown>) => unknown) => {
    const trial = await calls(await through(change)).tryOut(order);
    await new Promise((resolve) => lying?.close(resolve));
    return trial.outcome === 'works' ? 'works' : trial.why;
  };

  it('says what stands in the way, in its own words', async () => {
    const host =
      (error: string, said = '') =>
      () => ({ latestLedger: 1, error: `HostError: Error(${error})\n data:"${said}"` });
    expect(await tryThrough((answer) => answer)).toBe('works');
    expect(await tryThrough(host('WasmVm, MissingValue', 'trying to invoke non-existent contract function'))).toBe(
      'method',
    );
    expect(
      await tryThrough(host('Storage, MissingValue', 'trying to get non-existing value for contract instance')),
    ).toBe('missing');
    expect(await tryThrough(host('WasmVm, UnexpectedSize'))).toBe('arguments');
    expect(await tryThrough(host('Budget, ExceededLimit'))).toBe('too_large');
    expect(await tryThrough(host('Auth, InvalidAction'))).toBe('other_auth');
    expect(await tryThrough(host('Contract, #13'))).toBe('refused');
    expect(
      await tryThrough((answer) => ({
        ...answer,
        restorePreamble: { minResourceFee: '1', transactionData: answer.transactionData },
      })),
    ).toBe('archived');
  });

  it('is not believed where payees would get something else', async () => {
    const events = (answer: Record<string, unknown>) => answer.events as string[];
    expect(await tryThrough((answer) => ({ ...answer, events: events(answer).slice(1) }))).toBe('does_not_pay');
    expect(await tryThrough((answer) => ({ ...answer, events: [...events(answer), events(answer)[0]] }))).toBe(
      'does_not_pay',
    );
    expect(await tryThrough((answer) => ({ ...answer, events: undefined }))).toBe('does_not_pay');
  });

  it('is no trial where nobody answers, or another network does', async () => {
    await expect(calls('http://127.0.0.1:1').tryOut(order)).rejects.toThrow(ProviderUnreachable);
    const elsewhere = contractCalls({ url: world.rpcUrl, networkPassphrase: 'Another Network' });
    await expect(elsewhere.tryOut(order)).rejects.toThrow(/another network/);
  });

  it('keeps to what a transaction may write on this network', async () => {
    const many = Array.from({ length: CALL_WRITES_MAX }, (_, index) =>
      payment(StrKey.encodeContract(Buffer.alloc(32, index)), 1n, { method: 'contract_call', call: CALL }),
    );
    expect(await calls().tryOut(orderOf(many))).toMatchObject({ outcome: 'fails', why: 'too_large' });
    expect(await calls().tryOut(orderOf(many.slice(1)))).toMatchObject({ outcome: 'works' });
  });
});

it('makes the arguments that are described, each of its type', async () => {
  const described: CallTerms = {
    contract: WINNINGS,
    method: 'pay_out',
    arguments: [
      { from: 'constant', type: 'u32', value: '7' },
      { from: 'constant', type: 'bool', value: 'true' },
      { from: 'constant', type: 'bytes', value: 'c0ffee' },
      { from: 'recipients', type: 'list of address' },
      { from: 'amounts', type: 'list of u64' },
      { from: 'references', type: 'list of string' },
    ],
  };
  const one = payments.map((each) => ({ ...each, call: described }));
  const built = rail().build({ ...order, payments: one });
  const [operation] = TransactionBuilder.fromXDR(built.envelope, networkPassphrase).operations;
  if (operation?.type !== 'invokeHostFunction' || operation.func.type !== 'hostFunctionTypeInvokeContract')
    throw new Error('A call');
  const types = operation.func.invokeContract.args.map((arg) =>
    arg.type === 'scvVec' ? `list of ${arg.vec?.[0]?.type}` : arg.type,
  );
  expect(types).toEqual(['scvU32', 'scvBool', 'scvBytes', 'list of scvAddress', 'list of scvU64', 'list of scvString']);
  const single = { contract: OTHER, method: 'transfer', arguments: [...TRANSFER_ARGUMENTS] };
  expect(() => rail().build({ ...order, payments: payments.map((each) => ({ ...each, call: single })) })).toThrow(
    /pays one/,
  );
});
