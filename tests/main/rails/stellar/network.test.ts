import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Keypair, Networks, Operation, xdr } from '@stellar/stellar-sdk';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { preflight } from '../../../../core/payouts/chain/preflight.ts';
import type { ChainNetwork, ChainPayment } from '../../../../core/rails/chain.ts';
import { recentEnds } from '../../../../main/rails/stellar/balance-ends.ts';
import { buildFeeBump, buildPayments } from '../../../../main/rails/stellar/build.ts';
import { contractCalls } from '../../../../main/rails/stellar/call-trials.ts';
import { decodeTransaction } from '../../../../main/rails/stellar/decode.ts';
import { horizonHistory } from '../../../../main/rails/stellar/history.ts';
import { horizonNetwork } from '../../../../main/rails/stellar/network-horizon.ts';
import { rpcNetwork } from '../../../../main/rails/stellar/network-rpc.ts';
import { addSignatures, withSignature } from '../../../../main/rails/stellar/signed.ts';
import {
  networkPassphrase,
  payment,
  type StellarWorld,
  type StellarWorldOptions,
  stellarWorld,
} from '../../../support/stellar-world.ts';

let world: StellarWorld | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

async function begin(options?: StellarWorldOptions) {
  const started = await stellarWorld(options);
  world = started;
  const source = started.treasury.publicKey();
  async function build(payments: readonly ChainPayment[], feePerOperation = 100n) {
    const facts = (await started.rpc.accounts([source])).get(source);
    if (!facts) throw new Error('The treasury is not there');
    const maxTimeS = Math.floor(started.time.nowMs / 1000) + 1_800;
    const built = buildPayments(
      { source, sequence: facts.sequence + 1n, payments, reclaims: [], feePerOperation, maxTimeS },
      networkPassphrase,
    );
    return { ...built, facts };
  }
  function sign(envelope: string, by = started.treasury): string {
    const hash = Buffer.from(decodeTransaction(envelope, networkPassphrase).hashHex, 'hex');
    return withSignature(envelope, networkPassphrase, by.publicKey(), by.sign(hash));
  }
  return { ...started, source, build, sign };
}

/** The same network, had it voted for another reserve: a relay that changes nothing else. */
async function withReserve(target: string, baseReserve: number) {
  const relay = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = await fetch(new URL(`${new URL(target).pathname.replace(/\/$/, '')}${request.url}`, target), {
      method: request.method ?? 'GET',
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}),
    });
    const said = (await asked.text())
      .replaceAll(/"base_reserve_in_stroops": ?\d+/g, `"base_reserve_in_stroops":${baseReserve}`)
      .replace(/"headerXdr": ?"([^"]+)"/, (_all, text: string) => {
        const header = xdr.LedgerHeader.fromXDR(text, 'base64');
        return `"headerXdr":"${new xdr.LedgerHeader({ ...header, baseReserve }).toXDR('base64')}"`;
      });
    response.writeHead(asked.status, { 'content-type': asked.headers.get('content-type') ?? 'application/json' });
    response.end(said);
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const { port } = relay.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        relay.close(() => resolve());
        relay.closeAllConnections();
      }),
  };
}

const PRICES = { feePerOperation: 100n, baseReserve: 5_000_000n };

describe.each(['rpc', 'horizon'] as const)('the network by %s', (which) => {
  it('tells of accounts what may leave them and what they take', async () => {
    const it = await begin();
    const network: ChainNetwork = it[which];
    const bob = it.account('bob').publicKey();
    const carl = it.account('carl', false).publicKey();
    const facts = await network.accounts(
      [it.source, bob, carl, it.network.root.publicKey().replace(/.$/, 'A')].slice(0, 3),
    );
    expect(facts.get(it.source)).toMatchObject({
      spendableMinor: 100_000_000_000n - 100n - 15_000_000n,
      trustlines: [
        { asset: it.usdc, balanceMinor: 10_000_000_000_000n, spendableMinor: 10_000_000_000_000n, authorized: true },
      ],
      thresholds: { low: 0, medium: 0, high: 0 },
      memoRequired: false,
    });
    expect(facts.get(bob)?.trustlines[0]?.roomMinor).toBe(2n ** 63n - 1n);
    expect(facts.get(carl)?.trustlines).toEqual([]);
  });

  it('counts what an account must keep by what the network asks for now, which it can change', async () => {
    const it = await begin();
    const doubled = await withReserve(which === 'rpc' ? it.rpcUrl : it.horizonUrl, 10_000_000);
    const network: ChainNetwork =
      which === 'rpc'
        ? rpcNetwork({ url: doubled.url, networkPassphrase, assets: [it.usdc] })
        : horizonNetwork({ url: doubled.url, networkPassphrase });
    try {
      expect(await network.baseReserve()).toBe(10_000_000n);
      const spendable = async (of: ChainNetwork) =>
        (await of.accounts([it.source])).get(it.source)?.spendableMinor ?? 0n;
      // The account and its trustline: three reserves.
      expect(await spendable(it[which])).toBe((await spendable(network)) + 3n * 5_000_000n);
    } finally {
      await doubled.close();
    }
  });

  it('knows nothing of accounts that are not there, and sees a memo that is asked for', async () => {
    const it = await begin();
    const dora = it.account('dora', false);
    it.act(dora, [Operation.manageData({ name: 'config.memo_required', value: '1' })]);
    const nobody = 'GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7';
    const facts = await it[which].accounts([dora.publicKey(), nobody]);
    expect(facts.get(dora.publicKey())?.memoRequired).toBe(true);
    expect(facts.has(nobody)).toBe(false);
  });

  it('takes a transaction, and says what came of it', async () => {
    const it = await begin();
    const bob = it.account('bob').publicKey();
    const { envelope, hash, facts } = await it.build([payment(bob, 5n, { asset: it.usdc }), payment(bob, 7n)]);
    const { isEnough } = addSignatures(envelope, it.sign(envelope), networkPassphrase, facts);
    expect(isEnough).toBe(true);
    expect(await it[which].find(hash)).toMatchObject({ status: 'unknown' });
    expect(await it[which].send(it.sign(envelope))).toEqual({ status: 'taken' });
    expect(await it[which].send(it.sign(envelope))).toEqual({ status: 'taken' });
    const { sequence } = it.network.close();
    expect(await it[which].find(hash)).toEqual({
      status: 'success',
      ledger: sequence,
      closeTimeS: it.network.latest().closeTime,
      feeMinor: 200n,
      feeSource: it.source,
      words: 'tx_success',
      operations: ['op_success', 'op_success'],
    });
  });

  it('names the operation that made a transaction fail', async () => {
    const it = await begin();
    const carl = it.account('carl', false).publicKey();
    const { envelope, hash } = await it.build([payment(carl, 5n), payment(carl, 5n, { asset: it.usdc })]);
    await it[which].send(it.sign(envelope));
    it.network.close();
    expect(await it[which].find(hash)).toMatchObject({
      status: 'failed',
      words: 'tx_failed',
      operations: ['op_success', 'op_no_trust'],
    });
  });

  it('refuses in words what no ledger would take', async () => {
    const it = await begin();
    const { envelope } = await it.build([payment(it.source, 5n)]);
    expect(await it[which].send(envelope)).toEqual({ status: 'refused', words: 'tx_bad_auth' });
  });

  it('finds a bumped transaction by both hashes', async () => {
    const it = await begin();
    it.network.raiseFee(900n, 60_000);
    const payer = it.account('fees', false);
    const { envelope, hash } = await it.build([payment(it.source, 5n)]);
    const bump = buildFeeBump(it.sign(envelope), payer.publicKey(), 1_000n, networkPassphrase);
    expect(await it[which].feePerOperation()).toBe(900n);
    expect(await it[which].send(it.sign(bump.envelope, payer))).toEqual({ status: 'taken' });
    it.network.close();
    for (const either of [hash, bump.hash])
      expect(await it[which].find(either)).toMatchObject({
        status: 'success',
        // What the ledger asked for of each, and not what was bid.
        feeMinor: 1_800n,
        feeSource: payer.publicKey(),
      });
  });
});

describe('when nobody answers', () => {
  it.each(['rpc', 'horizon'] as const)('%s says so, and nothing about what was done', async (which) => {
    const it = await begin({
      faults: {
        rules: [
          { where: 'stellar.sendTransaction', do: { kind: 'lose_answer' } },
          { where: 'horizon.transactions_async.create', do: { kind: 'lose_answer' } },
        ],
      },
    });
    const { envelope, hash } = await it.build([payment(it.source, 5n)]);
    await expect(it[which].send(it.sign(envelope))).rejects.toMatchObject({ name: 'ProviderUnreachable' });
    it.network.close();
    expect(await it[which].find(hash)).toMatchObject({ status: 'success' });
  });

  it('a node that takes the question and never answers is given up', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const asked = { url, networkPassphrase, timeoutMs: 100 };
    const gone = { id: '0'.repeat(72), asset: { code: 'XLM', issuer: null }, ledger: 100, thereAtMs: 0 };
    try {
      for (const ask of [
        () => rpcNetwork({ ...asked, assets: [] }).find('0'.repeat(64)),
        () => horizonNetwork(asked).find('0'.repeat(64)),
        () => horizonHistory(url, networkPassphrase, 100).outgoing(Keypair.random().publicKey(), null),
        () => contractCalls(asked).fee(),
        () => recentEnds(url, networkPassphrase, 100)(gone),
      ])
        await expect(ask()).rejects.toMatchObject({ name: 'ProviderUnreachable' });
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it('a node that is away is told from one that does not know', async () => {
    const it = await begin({ faults: { rules: [{ where: 'stellar.*', do: { kind: 'refuse', status: 503 } }] } });
    await expect(it.rpc.find('0'.repeat(64))).rejects.toMatchObject({ name: 'ProviderUnreachable' });
    expect(await it.horizon.find('0'.repeat(64))).toMatchObject({ status: 'unknown', reach: { oldestLedger: 100 } });
  });
});

describe('what RPC has forgotten', () => {
  it('is told with how far it reaches', async () => {
    const it = await begin({ retention: 3 });
    const { envelope, hash } = await it.build([payment(it.source, 5n)]);
    await it.rpc.send(it.sign(envelope));
    const { sequence } = it.network.close();
    for (let more = 0; more < 4; more += 1) it.network.close();
    const found = await it.rpc.find(hash);
    expect(found.status === 'unknown' && found.reach.oldestLedger).toBe(sequence + 2);
    expect(await it.horizon.find(hash)).toMatchObject({ status: 'success', ledger: sequence });
  });
});

describe('before anybody signs', () => {
  it('what one payment puts into a destination, the next cannot', async () => {
    const it = await begin();
    const bob = it.account('bob').publicKey();
    const accounts = new Map(await it.rpc.accounts([it.source, bob]));
    const facts = accounts.get(bob);
    if (!facts) throw new Error('Bob is not there');
    accounts.set(bob, { ...facts, trustlines: facts.trustlines.map((line) => ({ ...line, roomMinor: 10n })) });
    const payments = [6n, 5n, 4n].map((amount) => payment(bob, amount, { asset: it.usdc }));
    const { payable, heldBack } = preflight(it.source, payments, accounts, PRICES, (address) => address);
    expect(payable.map(({ amountMinor }) => amountMinor)).toEqual([6n, 4n]);
    expect(heldBack).toMatchObject([{ payment: { amountMinor: 5n }, why: 'destination.full' }]);
  });

  it('what the network would refuse is left out, each with its reason, and the rest pays', async () => {
    const it = await begin();
    const [bob, carl, dora] = [it.account('bob'), it.account('carl', false), it.account('dora', false)].map((pair) =>
      pair.publicKey(),
    );
    it.act(it.account('dora', false), [Operation.manageData({ name: 'config.memo_required', value: '1' })]);
    const nobody = 'GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7';
    const usdc = { asset: it.usdc };
    const payments = [
      payment(bob ?? '', 1n, usdc),
      payment(carl ?? '', 2n, usdc),
      payment(dora ?? '', 3n),
      payment(nobody, 4n),
      payment(nobody, 20_000_000n, { method: 'create_account' }),
      payment(carl ?? '', 5n, { ...usdc, method: 'claimable_balance', reclaimAfterS: 3_600 }),
      payment(bob ?? '', 99_999_999_999_999n, usdc),
      payment(Keypair.random().publicKey(), 9_999_999n, { method: 'create_account' }),
      payment(bob ?? '', 10_000_001n, { method: 'create_account' }),
      payment(it.source, 7n, { method: 'claimable_balance', reclaimAfterS: 3_600 }),
      payment(bob ?? '', 6n),
    ];
    const accounts = await it.rpc.accounts([it.source, ...new Set(payments.map(({ address }) => address))]);
    const { payable, heldBack } = preflight(it.source, payments, accounts, PRICES, (address) => address);
    expect(heldBack.map(({ payment: { amountMinor }, why }) => [amountMinor, why])).toEqual([
      [2n, 'destination.no_trust'],
      [3n, 'destination.memo_required'],
      [4n, 'destination.missing'],
      [99_999_999_999_999n, 'source.underfunded'],
      [9_999_999n, 'destination.below_reserve'],
      [10_000_001n, 'destination.exists'],
      [7n, 'destination.own'],
    ]);
    const { envelope, hash } = await it.build(payable);
    await it.rpc.send(it.sign(envelope));
    it.network.close();
    expect(await it.rpc.find(hash)).toMatchObject({ status: 'success' });
  });
});

describe('what comes back signed', () => {
  it('is refused when it is another transaction, and the difference is named', async () => {
    const it = await begin();
    const bob = it.account('bob').publicKey();
    const { envelope, facts } = await it.build([payment(bob, 5n)]);
    const others: [string, ChainPayment[], bigint?][] = [
      ['operation 1', [payment(bob, 6n)]],
      ['operation 1', [payment(it.source, 5n)]],
      ['operations', [payment(bob, 5n), payment(it.source, 1n)]],
      ['memo', [payment(bob, 5n, { memo: { type: 'text', value: 'theirs' } })]],
      ['fee', [payment(bob, 5n)], 5_000n],
    ];
    for (const [part, payments, fee] of others) {
      const other = await it.build(payments, fee);
      expect(() => addSignatures(envelope, it.sign(other.envelope), networkPassphrase, facts), part).toThrow(
        expect.objectContaining({ code: 'transaction.other', data: { part } }),
      );
    }
  });

  it('is refused when a signature is of nobody who signs for the account, or of another network', async () => {
    const it = await begin();
    const { envelope, facts, hash } = await it.build([payment(it.source, 5n)]);
    const mallory = it.account('mallory', false);
    expect(() => addSignatures(envelope, it.sign(envelope, mallory), networkPassphrase, facts)).toThrow(
      expect.objectContaining({ code: 'transaction.wrong_signer' }),
    );
    const elsewhere = decodeTransaction(envelope, 'Another Network');
    expect(elsewhere.hashHex).not.toBe(hash);
    const there = withSignature(
      envelope,
      'Another Network',
      it.source,
      it.treasury.sign(Buffer.from(elsewhere.hashHex, 'hex')),
    );
    expect(() => addSignatures(envelope, there, networkPassphrase, facts)).toThrow(
      expect.objectContaining({ code: 'transaction.wrong_signer' }),
    );
    const onPublic = decodeTransaction(envelope, Networks.PUBLIC);
    const signature = it.treasury.sign(Buffer.from(onPublic.hashHex, 'hex'));
    expect(() =>
      addSignatures(envelope, withSignature(envelope, Networks.PUBLIC, it.source, signature), networkPassphrase, facts),
    ).toThrow(
      expect.objectContaining({ data: { part: 'network' }, message: expect.stringContaining('for another network') }),
    );
  });

  it('is refused from a key that weighs nothing: the network would refuse all of them for it', async () => {
    const it = await begin();
    const { envelope, facts } = await it.build([payment(it.source, 5n)]);
    const weightless = { ...facts, signers: facts.signers.map((signer) => ({ ...signer, weight: 0 })) };
    expect(() => addSignatures(envelope, it.sign(envelope), networkPassphrase, weightless)).toThrow(
      expect.objectContaining({ code: 'transaction.wrong_signer' }),
    );
  });

  it.each(['', 'AAAA', 'not base64 at all', 'x'.repeat(1_000_000)])(
    'is refused when it cannot be read',
    async (text) => {
      const it = await begin();
      const { envelope, facts } = await it.build([payment(it.source, 5n)]);
      expect(() => addSignatures(envelope, text, networkPassphrase, facts)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^transaction\.(malformed|too_large)$/) }),
      );
    },
  );

  it('adds up, signer by signer, until the threshold is reached', async () => {
    const it = await begin();
    const [second, third] = [it.account('second', false), it.account('third', false)];
    it.act(it.treasury, [
      Operation.setOptions({ signer: { ed25519PublicKey: second.publicKey(), weight: 1 } }),
      Operation.setOptions({
        signer: { ed25519PublicKey: third.publicKey(), weight: 1 },
        medThreshold: 2,
        highThreshold: 3,
      }),
    ]);
    const { envelope, facts, hash } = await it.build([payment(it.source, 5n)]);
    const one = addSignatures(envelope, it.sign(envelope, second), networkPassphrase, facts);
    expect(one).toMatchObject({ weight: 1, needed: 2, isEnough: false });
    // The same person twice is one person.
    expect(addSignatures(one.envelope, it.sign(envelope, second), networkPassphrase, facts)).toMatchObject({
      weight: 1,
    });
    const two = addSignatures(one.envelope, it.sign(envelope, third), networkPassphrase, facts);
    expect(two).toMatchObject({ weight: 2, isEnough: true });
    await it.rpc.send(two.envelope);
    it.network.close();
    expect(await it.rpc.find(hash)).toMatchObject({ status: 'success' });
  });
});

describe('an amount', () => {
  it('is in the transaction what it is in the books, to the stroop, up to the widest', async () => {
    const it = await begin();
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (amountMinor) => {
        const { envelope } = buildPayments(
          {
            source: it.source,
            sequence: 1n,
            payments: [payment(it.source, amountMinor)],
            reclaims: [],
            feePerOperation: 100n,
            maxTimeS: 1,
          },
          networkPassphrase,
        );
        const transaction = it.network.read(envelope);
        const [operation] = transaction.operations;
        expect(operation?.type === 'payment' && BigInt(operation.amount.replace('.', ''))).toBe(amountMinor);
      }),
    );
  });
});
