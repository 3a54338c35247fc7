import {
  Account,
  Asset,
  BASE_FEE,
  Claimant,
  Contract,
  Horizon,
  Keypair,
  nativeToScVal,
  Operation,
  rpc,
  scValToNative,
  type Transaction,
  TransactionBuilder,
} from '@stellar/stellar-sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { faultsOf, NO_FAULTS } from '../../../../main/sandbox/faults/faults.ts';
import type { FaultFile } from '../../../../main/sandbox/faults/rules.ts';
import { keypairOf } from '../../../../main/sandbox/stellar/network.ts';
import {
  SANDBOX_PASSPHRASE as networkPassphrase,
  type StellarSandbox,
  startStellarSandbox,
} from '../../../../main/sandbox/stellar/servers.ts';

let sandbox: StellarSandbox | null = null;
let nowMs = 1_800_000_000_000;
afterEach(async () => {
  await sandbox?.close();
  sandbox = null;
  nowMs = 1_800_000_000_000;
});

async function world(file?: FaultFile, retention?: number) {
  const started = await startStellarSandbox({
    nowMs: () => nowMs,
    faults: file ? faultsOf(file, nowMs) : NO_FAULTS,
    ledgerMs: null,
    ...(retention === undefined ? {} : { retention }),
  });
  sandbox = started;
  const { network } = started;
  const kit = new rpc.Server(started.rpcUrl, { allowHttp: true });
  const horizon = new Horizon.Server(started.horizonUrl, { allowHttp: true });
  const treasury = keypairOf('a treasury');
  network.fund(treasury.publicKey());

  /** Sends, closes a ledger, and tells what came of it. */
  async function send(transaction: Transaction) {
    const sent = await kit.sendTransaction(transaction);
    if (sent.status !== 'PENDING') return { sent, got: null };
    network.close();
    return { sent, got: await kit.getTransaction(sent.hash) };
  }

  async function build(
    operations: Parameters<TransactionBuilder['addOperation']>[0][],
    by: Keypair = treasury,
    fee = BASE_FEE,
  ) {
    const builder = new TransactionBuilder(await kit.getAccount(by.publicKey()), { fee, networkPassphrase });
    for (const operation of operations) builder.addOperation(operation);
    return builder.setTimebounds(0, Math.floor(nowMs / 1000) + 300).build();
  }

  async function act(operations: Parameters<TransactionBuilder['addOperation']>[0][], by: Keypair = treasury) {
    const transaction = await build(operations, by);
    transaction.sign(by);
    return send(transaction);
  }

  /** An account with lumens and, unless told otherwise, a trustline. */
  async function receiver(name: string, trusts = true) {
    const pair = keypairOf(name);
    network.fund(pair.publicKey());
    if (trusts) await act([Operation.changeTrust({ asset: network.usdc })], pair);
    return pair;
  }
  return { ...started, kit, horizon, treasury, send, build, act, receiver };
}

/** Horizon's words for why a transaction failed. */
async function whyNot(horizon: Horizon.Server, transaction: Transaction) {
  try {
    await horizon.submitTransaction(transaction);
    return null;
  } catch (error) {
    return (error as { response: { data: { extras: { result_codes: unknown } } } }).response.data.extras.result_codes;
  }
}

const hashOf = (transaction: { hash(): Uint8Array }) => Buffer.from(transaction.hash()).toString('hex');

const pay = (to: string, amount: string, asset = Asset.native()) =>
  Operation.payment({ destination: to, asset, amount });

describe('a payment', () => {
  it('is pending, then in a ledger, with its fee and its sequence number used', async () => {
    const { act, receiver, network, treasury, horizon } = await world();
    const bob = await receiver('bob', false);
    const { sent, got } = await act([pay(bob.publicKey(), '12.5')]);
    expect(got?.status).toBe('SUCCESS');
    expect(network.world.accounts.get(bob.publicKey())?.balance).toBe(100_125_000_000n);
    expect(network.world.accounts.get(treasury.publicKey())?.balance).toBe(99_874_999_900n);
    const seen = await horizon.loadAccount(bob.publicKey());
    expect(seen.balances).toMatchObject([{ asset_type: 'native', balance: '10012.5000000' }]);
    expect(await horizon.transactions().transaction(sent.hash).call()).toMatchObject({
      successful: true,
      fee_charged: '100',
    });
    const payments = await horizon.payments().forAccount(bob.publicKey()).limit(5).call();
    expect(payments.records).toMatchObject([{ type: 'payment', to: bob.publicKey(), amount: '12.5000000' }]);
  });

  it('of an issued asset moves between trustlines', async () => {
    const { act, receiver, network, treasury } = await world();
    const bob = await receiver('bob');
    await act([Operation.changeTrust({ asset: network.usdc })]);
    expect(network.giveUsdc(treasury.publicKey(), 500_0000000n)).toBe(true);
    const { got } = await act([pay(bob.publicKey(), '499.9999999', network.usdc)]);
    expect(got?.status).toBe('SUCCESS');
    expect([...(network.world.accounts.get(bob.publicKey())?.trustlines.values() ?? [])][0]?.balance).toBe(
      4_999_999_999n,
    );
  });

  it('is all or nothing with the others of its transaction', async () => {
    const { build, receiver, network, treasury, horizon } = await world();
    const bob = await receiver('bob', false);
    const nobody = Keypair.random().publicKey();
    const before = network.world.accounts.get(bob.publicKey())?.balance;
    const transaction = await build([pay(bob.publicKey(), '1'), pay(nobody, '1')]);
    transaction.sign(treasury);
    expect(await whyNot(horizon, transaction)).toEqual({
      transaction: 'tx_failed',
      operations: ['op_success', 'op_no_destination'],
    });
    expect(network.world.accounts.get(bob.publicKey())?.balance).toBe(before);
  });

  it.each([
    [
      'op_no_trust',
      async (it: Awaited<ReturnType<typeof world>>) =>
        pay((await it.receiver('carl', false)).publicKey(), '1', it.network.usdc),
    ],
    [
      'op_underfunded',
      async (it: Awaited<ReturnType<typeof world>>) => pay((await it.receiver('carl', false)).publicKey(), '99999'),
    ],
    [
      'op_line_full',
      async (it: Awaited<ReturnType<typeof world>>) => {
        const carl = await it.receiver('carl', false);
        await it.act([Operation.changeTrust({ asset: it.network.usdc, limit: '5' })], carl);
        return pay(carl.publicKey(), '6', it.network.usdc);
      },
    ],
    [
      'op_not_authorized',
      async (it: Awaited<ReturnType<typeof world>>) => {
        const carl = await it.receiver('carl');
        const line = it.network.world.accounts.get(carl.publicKey())?.trustlines.values().next().value;
        if (line) line.authorized = false;
        return pay(carl.publicKey(), '1', it.network.usdc);
      },
    ],
    [
      'op_low_reserve',
      () => Operation.createAccount({ destination: Keypair.random().publicKey(), startingBalance: '0.5' }),
    ],
  ])('fails with %s', async (code, operation) => {
    const it = await world();
    await it.act([Operation.changeTrust({ asset: it.network.usdc })]);
    it.network.giveUsdc(it.treasury.publicKey(), 100_0000000n);
    const transaction = await it.build([await operation(it)]);
    transaction.sign(it.treasury);
    expect(await whyNot(it.horizon, transaction)).toEqual({ transaction: 'tx_failed', operations: [code] });
  });
});

describe('a transaction that is refused before any ledger', () => {
  async function refusedAs(change: (it: Awaited<ReturnType<typeof world>>) => Promise<Transaction>) {
    const it = await world();
    const { sent } = await it.send(await change(it));
    return sent.status === 'ERROR' ? sent.errorResult?.result.type : sent.status;
  }
  const self = (it: Awaited<ReturnType<typeof world>>) => pay(it.treasury.publicKey(), '1');
  const signed = (transaction: Transaction, by: Keypair) => {
    transaction.sign(by);
    return transaction;
  };

  it.each([
    ['txBadAuth', 'not signed', async (it: Awaited<ReturnType<typeof world>>) => it.build([self(it)])],
    [
      'txBadAuth',
      'signed by another',
      async (it: Awaited<ReturnType<typeof world>>) => signed(await it.build([self(it)]), Keypair.random()),
    ],
    [
      'txBadAuthExtra',
      'signed by one too many',
      async (it: Awaited<ReturnType<typeof world>>) =>
        signed(signed(await it.build([self(it)]), it.treasury), Keypair.random()),
    ],
    [
      'txInsufficientFee',
      'bids too little',
      async (it: Awaited<ReturnType<typeof world>>) =>
        signed(await it.build([self(it)], it.treasury, '99'), it.treasury),
    ],
    [
      'txBadSeq',
      'has a number used before',
      async (it: Awaited<ReturnType<typeof world>>) => {
        const transaction = signed(await it.build([self(it)]), it.treasury);
        await it.act([pay(it.treasury.publicKey(), '2')]);
        return transaction;
      },
    ],
    [
      'txTooLate',
      'comes after its time',
      async (it: Awaited<ReturnType<typeof world>>) => {
        const transaction = signed(await it.build([self(it)]), it.treasury);
        nowMs += 3_600_000;
        return transaction;
      },
    ],
    [
      'txNoAccount',
      'is of an account that is not there',
      async () => {
        const pair = Keypair.random();
        return signed(
          new TransactionBuilder(new Account(pair.publicKey(), '0'), { fee: '100', networkPassphrase })
            .addOperation(pay(pair.publicKey(), '1'))
            .setTimebounds(0, Math.floor(nowMs / 1000) + 300)
            .build(),
          pair,
        );
      },
    ],
  ])('%s: it %s', async (type, _why, change) => {
    expect(await refusedAs(change)).toBe(type);
  });

  it('waits alone for its account, and is a duplicate the second time', async () => {
    const { build, treasury, kit, network } = await world();
    const transaction = await build([pay(treasury.publicKey(), '1')]);
    transaction.sign(treasury);
    expect((await kit.sendTransaction(transaction)).status).toBe('PENDING');
    expect((await kit.sendTransaction(transaction)).status).toBe('DUPLICATE');
    const other = await build([pay(treasury.publicKey(), '2')]);
    other.sign(treasury);
    expect((await kit.sendTransaction(other)).status).toBe('TRY_AGAIN_LATER');
    network.close();
    expect((await kit.getTransaction(hashOf(transaction))).status).toBe('SUCCESS');
  });
});

describe('several signers', () => {
  it('must reach the threshold together', async () => {
    const { act, build, treasury, kit, network } = await world();
    const second = Keypair.random();
    await act([
      Operation.setOptions({
        signer: { ed25519PublicKey: second.publicKey(), weight: 1 },
        medThreshold: 2,
        highThreshold: 2,
      }),
    ]);
    const transaction = await build([pay(treasury.publicKey(), '1')]);
    transaction.sign(treasury);
    const alone = await kit.sendTransaction(transaction);
    expect(alone.status === 'ERROR' && alone.errorResult?.result.type).toBe('txFailed');
    transaction.sign(second);
    const both = await kit.sendTransaction(transaction);
    network.close();
    expect((await kit.getTransaction(both.hash)).status).toBe('SUCCESS');
  });
});

describe('a fee bump', () => {
  it('takes the place of what waits, at ten times its bid, and is found by both hashes', async () => {
    const { build, treasury, kit, network, horizon } = await world();
    const feeAccount = keypairOf('fees');
    network.fund(feeAccount.publicKey());
    network.raiseFee(5_000n, 60_000);
    const inner = await build([pay(treasury.publicKey(), '1')], treasury, '1000');
    inner.sign(treasury);
    expect((await kit.sendTransaction(inner)).status).toBe('PENDING');
    network.close();
    expect((await kit.getTransaction(hashOf(inner))).status).toBe('NOT_FOUND');
    const bump = TransactionBuilder.buildFeeBumpTransaction(feeAccount, '10000', inner, networkPassphrase);
    bump.sign(feeAccount);
    expect((await kit.sendTransaction(bump)).status).toBe('PENDING');
    network.close();
    expect((await kit.getTransaction(hashOf(bump))).status).toBe('SUCCESS');
    expect((await kit.getTransaction(hashOf(inner))).status).toBe('SUCCESS');
    expect(await horizon.transactions().transaction(hashOf(inner)).call()).toMatchObject({
      fee_account: feeAccount.publicKey(),
      fee_charged: '10000',
    });
    const { records } = await horizon.ledgers().order('desc').limit(1).call();
    expect(records[0]?.base_fee_in_stroops).toBe(5_000);
    expect(await horizon.feeStats()).toMatchObject({ last_ledger_base_fee: '5000', max_fee: { p90: '5000' } });
  });

  it('is needed no more when the inner one is forgotten: that can never be taken again unsent', async () => {
    const { build, treasury, kit, network } = await world();
    network.raiseFee(5_000n, 3_600_000);
    const inner = await build([pay(treasury.publicKey(), '1')]);
    inner.sign(treasury);
    await kit.sendTransaction(inner);
    for (let ledger = 0; ledger < 10; ledger += 1) network.close();
    expect(network.isWaiting(hashOf(inner))).toBe(false);
  });
});

describe('claimable balances', () => {
  it('are made, seen and claimed within their time', async () => {
    const { act, receiver, kit, horizon, network, treasury } = await world();
    const dora = await receiver('dora');
    await act([Operation.changeTrust({ asset: network.usdc })]);
    network.giveUsdc(treasury.publicKey(), 50_0000000n);
    const until = String(Math.floor(nowMs / 1000) + 100);
    const { got } = await act([
      Operation.createClaimableBalance({
        asset: network.usdc,
        amount: '50',
        claimants: [
          new Claimant(dora.publicKey(), Claimant.predicateBeforeAbsoluteTime(until)),
          new Claimant(treasury.publicKey()),
        ],
      }),
    ]);
    expect(got?.status).toBe('SUCCESS');
    const [seen] = (await horizon.claimableBalances().claimant(dora.publicKey()).call()).records;
    expect(seen).toMatchObject({ amount: '50.0000000', sponsor: treasury.publicKey() });
    const id = seen?.id ?? '';
    expect((await kit.getClaimableBalance(id)).amount).toBe(500_000_000n);
    const { got: claimed } = await act([Operation.claimClaimableBalance({ balanceId: id })], dora);
    expect(claimed?.status).toBe('SUCCESS');
    await expect(kit.getClaimableBalance(id)).rejects.toThrow('not found');
  });
});

describe('a contract', () => {
  it('is simulated, prepared, sent, and pays out', async () => {
    const { build, receiver, kit, network, treasury } = await world();
    const [ana, ben] = [await receiver('ana', false), await receiver('ben', false)];
    const token = Asset.native().contractId(networkPassphrase);
    const call = new Contract(network.contracts.winnings).call(
      'distribute_winnings',
      nativeToScVal(treasury.publicKey(), { type: 'address' }),
      nativeToScVal(token, { type: 'address' }),
      nativeToScVal([ana.publicKey(), ben.publicKey()], { type: 'address' }),
      nativeToScVal([30_000_000n, 70_000_000n], { type: 'i128' }),
    );
    const prepared = await kit.prepareTransaction(await build([call]));
    expect(BigInt(prepared.fee)).toBeGreaterThan(60_000n);
    prepared.sign(treasury);
    const sent = await kit.sendTransaction(prepared);
    expect(sent.status).toBe('PENDING');
    network.close();
    const got = await kit.getTransaction(sent.hash);
    if (got.status !== rpc.Api.GetTransactionStatus.SUCCESS || !got.returnValue) throw new Error(got.status);
    expect(scValToNative(got.returnValue)).toBe(100_000_000n);
    expect(network.world.accounts.get(ben.publicKey())?.balance).toBe(100_070_000_000n);
  });

  it('says why it would fail', async () => {
    const { build, kit, network } = await world();
    const simulated = await kit.simulateTransaction(
      await build([new Contract(network.contracts.winnings).call('steal')]),
    );
    expect(rpc.Api.isSimulationError(simulated) && simulated.error).toContain('non-existent contract function steal');
  });
});

describe('history', () => {
  it('reaches back only so far by RPC, and for ever by Horizon', async () => {
    const { act, treasury, kit, network, horizon } = await world(undefined, 5);
    const { sent } = await act([pay(treasury.publicKey(), '1')]);
    for (let ledger = 0; ledger < 6; ledger += 1) network.close();
    const got = await kit.getTransaction(sent.hash);
    expect(got.status).toBe('NOT_FOUND');
    expect(got.oldestLedger).toBe(got.latestLedger - 4);
    expect(await horizon.transactions().transaction(sent.hash).call()).toMatchObject({ successful: true });
    expect((await kit.getHealth()).oldestLedger).toBe(got.oldestLedger);
  });

  it('has ledgers whose time never runs back', async () => {
    const { network, kit } = await world();
    const before = network.latest().closeTime;
    nowMs -= 600_000;
    network.close();
    expect(network.latest().closeTime).toBe(before + 1);
    expect((await kit.getLatestLedger()).sequence).toBe(network.latest().sequence);
  });
});

describe('faults', () => {
  it('lose the answer to a transaction that was taken', async () => {
    const { build, treasury, kit, network } = await world({
      rules: [{ where: 'stellar.sendTransaction', when: { nth: [1] }, do: { kind: 'lose_answer' } }],
    });
    const transaction = await build([pay(treasury.publicKey(), '1')]);
    transaction.sign(treasury);
    await expect(kit.sendTransaction(transaction)).rejects.toThrow();
    network.close();
    expect((await kit.getTransaction(hashOf(transaction))).status).toBe('SUCCESS');
  });

  it('forget history before its time', async () => {
    const { act, treasury, kit, network } = await world({
      rules: [{ where: 'stellar.getTransaction', when: { nth: [2] }, do: { kind: 'forget_history', keepLedgers: 1 } }],
    });
    const { sent } = await act([pay(treasury.publicKey(), '1')]);
    network.close();
    expect((await kit.getTransaction(sent.hash)).status).toBe('NOT_FOUND');
  });
});
