/** Payouts that a contract pays, many in one call. */
import { type Keypair, Operation, StrKey } from '@stellar/stellar-sdk';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { type CallTerms, TRANSFER_ARGUMENTS, USUAL_ARGUMENTS } from '../../../../core/contract/contract-calls.ts';
import type { CallWays } from '../../../../core/payouts/call-ways.ts';
import { bumpsOf } from '../../../../core/payouts/chain/bumps.ts';
import { confirmSubmittedTransaction } from '../../../../core/payouts/chain/confirm.ts';
import { chainHistory, setAsideWhatMayBePaid } from '../../../../core/payouts/chain/history.ts';
import { payWithHotKey } from '../../../../core/payouts/chain/hot-key.ts';
import { planTransaction } from '../../../../core/payouts/chain/plan.ts';
import { raiseFee } from '../../../../core/payouts/chain/raise-fee.ts';
import { paymentsOf } from '../../../../core/payouts/chain/records.ts';
import { simulateAgain } from '../../../../core/payouts/chain/simulate-again.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import { editPayout, quarantinePayout, retryPayout } from '../../../../core/payouts/life.ts';
import { getPayout } from '../../../../core/payouts/repository.ts';
import type { CallTrouble, ChainRail } from '../../../../core/rails/chain.ts';
import { syncProvider } from '../../../../core/sync/settle.ts';
import { kitAsset } from '../../../../main/rails/stellar/chain-assets.ts';
import { hotSigner } from '../../../../main/rails/stellar/hot-key.ts';
import { WINNINGS } from '../../../../main/sandbox/stellar/contracts.ts';
import { resolutionOf, signTerms } from '../../../support/acts.ts';
import {
  type ChainTreasury,
  chainTreasury,
  everythingFits,
  HALF_AN_HOUR_S,
  STROOPS,
} from '../../../support/chain-treasury.ts';
import { networkPassphrase, type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
import { forEachStore } from '../../../support/stores.ts';

const FORGOTTEN = ['chain_payments', 'chain_transactions', 'payout_attempts'];
const worlds: StellarWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const CALL: CallTerms = { contract: WINNINGS, method: 'distribute_winnings', arguments: [...USUAL_ARGUMENTS] };
const A_CONTRACT = StrKey.encodeContract(Buffer.alloc(32, 7));
const order = { fits: everythingFits, openS: HALF_AN_HOUR_S };

const waysIn = (world: StellarWorld, terms: CallTerms | null = CALL): CallWays => ({
  terms,
  isUsual: terms !== null,
  tokenOf: (assetId) =>
    kitAsset(assetId.endsWith('native') ? { code: 'XLM', issuer: null } : world.usdc).contractId(networkPassphrase),
});

forEachStore((_name, open) => {
  async function begin(
    options: {
      readonly terms?: CallTerms | null;
      readonly ways?: (world: StellarWorld) => CallWays;
      readonly around?: (rail: ChainRail) => ChainRail;
    } = {},
  ): Promise<ChainTreasury> {
    const world = await stellarWorld();
    worlds.push(world);
    const { terms, around, ways = (of) => waysIn(of, terms) } = options;
    return chainTreasury(await open(), world, {
      ways: () => ways(world),
      ...(around ? { around } : {}),
    });
  }

  async function payAll(t: ChainTreasury) {
    const record = await t.build();
    await t.queue(record);
    await submitQueuedTransaction(t.desk, record.id);
    t.pass(5_000);
    return confirmSubmittedTransaction(t.desk, record.id);
  }

  function sync(t: ChainTreasury) {
    const { rail, settings, actor } = t.desk;
    if (!rail.history) throw new Error('There is a Horizon');
    const account = { network: rail.network, source: settings.source };
    return syncProvider(t.treasury, actor, chainHistory(t.treasury.writer, rail.history, account));
  }

  /** As the attempts of a payout that was edited before addresses were kept. */
  function forgetAddresses(t: ChainTreasury) {
    return t.treasury.writer.transaction(async (tx) => {
      const on = tx.dialect === 'postgres' ? ' on payout_attempts' : '';
      await tx.run(sql.raw(`drop trigger payout_attempts_kept${on}`));
      await tx.run(sql`update payout_attempts set address = null`);
    });
  }

  const trustlineOf = (t: ChainTreasury, of: Keypair) =>
    t.world.network.world.accounts.get(of.publicKey())?.trustlines.get(`USDC:${t.world.usdc.issuer}`)?.balance;

  describe('a contract that pays', () => {
    it('pays many payouts of one asset in one call, and the ledger settles each', async () => {
      const t = await begin();
      const people = ['ana', 'ben', 'cleo'].map((name) => t.world.account(name));
      const payouts = [];
      for (const { publicKey } of people.map((pair) => ({ publicKey: pair.publicKey() }))) {
        payouts.push(await t.approved(publicKey, 5n * STROOPS, { asset: t.usdc }));
      }
      const other = await t.approved(people[0]?.publicKey() ?? '', 2n * STROOPS);
      expect(payouts[0]).toMatchObject({ method: 'contract_call', call: CALL });
      const record = await payAll(t);
      expect(record).toMatchObject({ state: 'confirmed', payments: 3, call: CALL });
      expect(record.feeMinor).toBeGreaterThan(record.resourceFeeMinor);
      expect(record.feeChargedMinor).toBe(100n + record.resourceFeeMinor);
      for (const pair of people) expect(trustlineOf(t, pair)).toBe(5n * STROOPS);
      for (const payout of payouts) expect(await t.statusOf(payout)).toBe('completed');
      expect(await t.statusOf(other)).toBe('approved');
      const [first, second] = await paymentsOf(t.treasury.writer, record.id);
      expect(first?.attempt.providerReference).toBe(`${record.hash}:0.0`);
      expect(second?.attempt.providerReference).toBe(`${record.hash}:0.1`);
      // What the ledgers tell of it is nothing new.
      await sync(t);
      expect(await t.treasury.writer.rows(sql`select count(*) as n from provider_events`)).toEqual([{ n: 3n }]);
    });

    it('pays a contract by the asset’s own transfer where no other is set', async () => {
      const t = await begin({ terms: null });
      const payout = await t.approved(A_CONTRACT, 3n * STROOPS, { asset: t.usdc });
      const token = kitAsset(t.world.usdc).contractId(networkPassphrase);
      expect(payout.call).toEqual({ contract: token, method: 'transfer', arguments: TRANSFER_ARGUMENTS });
      expect(await payAll(t)).toMatchObject({ state: 'confirmed', payments: 1 });
      expect(t.world.network.world.held.get(A_CONTRACT)?.get(`USDC:${t.world.usdc.issuer}`)).toBe(3n * STROOPS);
      expect(await t.statusOf(payout)).toBe('completed');
    });

    it('leaves out whom it does not pay, and pays the others', async () => {
      const t = await begin({
        // The network would tell of it beforehand; a contract with rules of its own would not.
        around: (rail) => ({ ...rail, accountOf: () => null }),
      });
      const [ana, ben, cleo, dora] = ['ana', 'ben', 'cleo', 'dora'].map((name) =>
        t.world.account(name, name !== 'cleo'),
      );
      const payouts = [];
      for (const pair of [ana, ben, cleo, dora]) {
        payouts.push(await t.approved(pair?.publicKey() ?? '', STROOPS, { asset: t.usdc }));
      }
      const plan = await planTransaction(t.desk, order);
      expect(plan.heldBack).toMatchObject([{ why: 'contract.refused', payout: { id: payouts[2]?.id } }]);
      expect(plan.heldBack[0]?.said).toContain('no_trust');
      expect((await payAll(t)).payments).toBe(3);
      expect(await Promise.all(payouts.map(t.statusOf))).toEqual(['completed', 'completed', 'approved', 'completed']);
    });

    it('is tried for each payout by itself once it failed in a ledger, and then says whose fault it is', async () => {
      const t = await begin();
      const [ana, ben] = ['ana', 'ben'].map((name) => t.world.account(name));
      const one = await t.approved(ana?.publicKey() ?? '', STROOPS, { asset: t.usdc });
      const two = await t.approved(ben?.publicKey() ?? '', STROOPS, { asset: t.usdc });
      const closing = async (ids?: readonly string[]) => {
        const record = await t.build(ids);
        await t.queue(record);
        t.world.network.world.accounts.get(ben?.publicKey() ?? '')?.trustlines.clear();
        await submitQueuedTransaction(t.desk, record.id);
        t.pass(5_000);
        return confirmSubmittedTransaction(t.desk, record.id);
      };
      expect(await closing()).toMatchObject({ state: 'failed', words: 'tx_failed op_trapped' });
      expect([await t.statusOf(one), await t.statusOf(two)]).toEqual(['approved', 'approved']);
      expect(await payAll(t)).toMatchObject({ state: 'confirmed', payments: 1 });
      expect(await t.statusOf(one)).toBe('completed');
      t.world.act(ben ?? t.world.treasury, [Operation.changeTrust({ asset: t.world.network.usdc })]);
      expect(await closing()).toMatchObject({ state: 'failed', payments: 1 });
      expect(await t.statusOf(two)).toBe('failed');
    });

    it('is refused with its reason where the contract is none of that kind, and nothing is written', async () => {
      const other: { terms: CallTerms } = { terms: CALL };
      const t = await begin({ ways: (world) => waysIn(world, other.terms) });
      const ana = t.world.account('ana').publicKey();
      for (const [terms, code] of [
        [{ ...CALL, method: 'give_it_all' }, 'chain.method'],
        [{ ...CALL, contract: A_CONTRACT }, 'contract.missing'],
        [{ ...CALL, arguments: CALL.arguments.slice(1) }, 'contract.arguments'],
        // A reference is no symbol: it has a hyphen.
        [
          { ...CALL, arguments: [...CALL.arguments, { from: 'references', type: 'list of symbol' }] },
          'contract.arguments',
        ],
      ] satisfies [CallTerms, string][]) {
        other.terms = terms;
        const payout = await t.approved(ana);
        await expect(t.build([payout.id]), code).rejects.toMatchObject({ code });
        expect(await t.statusOf(payout)).toBe('approved');
        expect(await t.attemptsOf(payout)).toEqual([]);
      }
    });

    it('is refused when its trial says that it would not do, or nobody can try it', async () => {
      const trial: { calls: ChainRail['calls'] } = { calls: null };
      const t = await begin({
        around: (rail) => ({
          ...rail,
          get calls() {
            return trial.calls;
          },
        }),
      });
      await t.approved(t.world.account('ana').publicKey());
      const saying = (why: CallTrouble): ChainRail['calls'] => ({
        fee: async () => 100n,
        tryOut: async () => ({ outcome: 'fails', why, said: 'for a test' }),
        covers: () => false,
      });
      for (const [calls, code] of [
        [saying('archived'), 'contract.archived'],
        [saying('other_auth'), 'contract.other_auth'],
        [saying('does_not_pay'), 'contract.does_not_pay'],
        [saying('too_large'), 'contract.too_large'],
        [null, 'contract.no_simulation'],
      ] as const) {
        trial.calls = calls;
        await expect(t.build(), code).rejects.toMatchObject({ code });
      }
    });

    it('takes as many payees as fit what a device takes, and as the highest fee allows', async () => {
      const t = await begin();
      for (let index = 0; index < 12; index++) {
        await t.approved(t.world.account(`payee ${index}`).publicKey(), STROOPS, { asset: t.usdc });
      }
      const small = await planTransaction(t.desk, { ...order, bytesMax: 2_000 });
      expect(small.payments.length).toBeGreaterThan(1);
      expect(small.payments.length).toBeLessThan(12);
      expect(small.later).toBe(12 - small.payments.length);
      const thrifty = { ...t.desk, settings: { ...t.desk.settings, maxFeeMinor: 100_000n } };
      const cheap = await planTransaction(thrifty, order);
      expect(cheap.payments.length).toBeLessThan(12);
      expect(cheap.feeMinor).toBeLessThanOrEqual(100_000n);
      const never = { ...t.desk, settings: { ...t.desk.settings, maxFeeMinor: 60_000n } };
      await expect(planTransaction(never, order)).rejects.toMatchObject({ code: 'chain.fee_above_maximum' });
      await expect(planTransaction(t.desk, { ...order, bytesMax: 500 })).rejects.toMatchObject({
        code: 'contract.too_large',
      });
      await expect(planTransaction(t.desk, { ...order, mayCall: () => false })).rejects.toMatchObject({
        code: 'contract.blind_signing',
      });
    });
  });

  describe('a call that was built', () => {
    it('stays as it is while it needs the same, and is built anew when it does not', async () => {
      const t = await begin();
      const [ana, ben] = ['ana', 'ben'].map((name) => t.world.account(name));
      const one = await t.approved(ana?.publicKey() ?? '', STROOPS, { asset: t.usdc });
      const two = await t.approved(ben?.publicKey() ?? '', STROOPS, { asset: t.usdc });
      const record = await t.build();
      t.pass(60_000);
      const same = await simulateAgain(t.desk, record.id, order);
      expect(same).toMatchObject({ changed: false, record: { id: record.id } });
      expect(same.record.simulatedAtMs).toBeGreaterThan(record.simulatedAtMs ?? 0);
      t.world.network.world.accounts.get(ben?.publicKey() ?? '')?.trustlines.clear();
      const anew = await simulateAgain(t.desk, record.id, order);
      expect(anew).toMatchObject({ changed: true, record: { state: 'built', payments: 1 } });
      expect(anew.record.id).not.toBe(record.id);
      expect(await t.now(record)).toMatchObject({ state: 'expired', words: 'simulation_changed' });
      expect([await t.statusOf(one), await t.statusOf(two)]).toEqual(['processing', 'approved']);
      // Once somebody has signed it, nothing about it changes any more.
      await t.queue(anew.record);
      t.world.network.world.accounts.get(ana?.publicKey() ?? '')?.trustlines.clear();
      expect(await simulateAgain(t.desk, anew.record.id, order)).toMatchObject({ changed: false });
    });
  });

  it('is outbid by its bid alone: what its resources cost is paid once', async () => {
    const t = await begin();
    const payout = await t.approved(t.world.account('ana').publicKey(), STROOPS, { asset: t.usdc });
    const record = await t.build();
    await t.queue(record);
    t.world.network.raiseFee(900n, 600_000);
    await submitQueuedTransaction(t.desk, record.id);
    t.pass(5_000);
    expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'submitted' });
    await raiseFee(t.desk, record.id, t.payingItself());
    const [bump] = await bumpsOf(t.treasury.writer, record.id);
    expect(bump?.feeMinor).toBe(2_000n + record.resourceFeeMinor);
    t.pass(5_000);
    expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'confirmed' });
    expect(await t.statusOf(payout)).toBe('completed');
  });

  it('is signed by the hot key no further than its cap reaches', async () => {
    const t = await begin();
    const people = ['ana', 'ben'].map((name) => t.world.account(name));
    const payouts = [];
    for (const pair of people) payouts.push(await t.approved(pair.publicKey(), 5n * STROOPS, { asset: t.usdc }));
    const desk = { ...t.desk, settings: { ...t.desk.settings, mode: 'hot_key' as const } };
    const record = await payWithHotKey(desk, {
      signer: hotSigner([t.world.treasury.secret()], networkPassphrase),
      caps: [{ asset: `USDC:${t.world.usdc.issuer}`, amount: '7' }],
    });
    expect(record).toMatchObject({ state: 'signed', payments: 1, call: CALL });
    expect(await Promise.all(payouts.map(t.statusOf))).toEqual(['processing', 'approved']);
  });

  describe('the way of paying', () => {
    it('is approved as it is: another contract behind the approvals is quarantined', async () => {
      const t = await begin();
      const payout = await t.approved(t.world.account('ana').publicKey(), STROOPS, { asset: t.usdc });
      // It would pay the same payee the same amount.
      const token = kitAsset(t.world.usdc).contractId(networkPassphrase);
      const other = JSON.stringify({ contract: token, method: 'transfer', arguments: TRANSFER_ARGUMENTS });
      await t.treasury.writer.transaction((tx) =>
        tx.run(sql`update payouts set call_terms = ${other} where id = ${payout.id}`),
      );
      await expect(t.build()).rejects.toMatchObject({ code: 'chain.nothing_to_build' });
      expect(await t.statusOf(payout)).toBe('quarantined');
    });

    it('changes by an edit, which voids the approvals', async () => {
      const t = await begin();
      const payout = await t.approved(t.world.account('ana').publicKey());
      const edited = await t.as(t.ada.actor, async (work) =>
        editPayout(work, {
          id: payout.id,
          version: Number((await getPayout(work.tx, payout.id)).version),
          method: 'payment',
        }),
      );
      expect(edited).toMatchObject({ status: 'pending', method: 'payment', call: null });
      const back = await t.as(t.ada.actor, (work) =>
        editPayout(work, { id: payout.id, version: Number(edited.version), method: 'contract_call' }),
      );
      expect(back).toMatchObject({ method: 'contract_call', call: CALL });
    });

    it('is a call only where a contract is set', async () => {
      const t = await begin({ terms: null });
      const payout = await t.approved(t.world.account('ana').publicKey());
      expect(payout).toMatchObject({ method: 'payment', call: null });
      await expect(
        t.approved(t.world.account('ben').publicKey(), STROOPS, { method: 'contract_call' }),
      ).rejects.toMatchObject({ code: 'contract.not_configured' });
    });
  });

  describe('history', () => {
    it.each([
      ['knows what a contract paid as what was asked of it, whatever the payout has become', false],
      ['knows it by where the payout goes now, too, when nobody can tell any more where it went', true],
    ])('%s', async (_what, isAddressLost) => {
      const t = await begin();
      const payout = await t.approved(t.world.account('ana').publicKey(), 4n * STROOPS, { asset: t.usdc });
      const { id } = payout;
      const signed = t.signedBy(await t.build(), t.world.treasury);
      await t.as(t.ada.actor, (work) => quarantinePayout(work, { id, reason: 'a doubt' }));
      const terms = await resolutionOf(t, id, 'failed');
      for (const who of [t.ada, t.bo]) await signTerms(t, who, terms);
      const { version } = await t.as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'once more' }));
      const edit = { id, version: Number(version), amountMinor: 9n * STROOPS };
      await t.as(t.ada.actor, (work) => editPayout(work, edit));
      if (isAddressLost) await forgetAddresses(t);
      t.world.network.submit(signed);
      t.pass(5_000);
      await sync(t);
      expect(await t.statusOf(payout)).toBe('quarantined');
    });

    it('notices what a contract paid that nobody here remembers', async () => {
      const t = await begin();
      const ana = t.world.account('ana');
      const payout = await t.approved(ana.publicKey(), 4n * STROOPS, { asset: t.usdc });
      const record = await t.build();
      const signed = t.signedBy(record, t.world.treasury);
      // As a vault restored from before it was built.
      await t.treasury.writer.transaction(async (tx) => {
        if (tx.dialect === 'sqlite') {
          for (const table of FORGOTTEN) await tx.run(sql.raw(`drop trigger ${table}_no_delete`));
        } else {
          for (const table of FORGOTTEN) await tx.run(sql.raw(`alter table ${table} disable trigger user`));
        }
        for (const table of FORGOTTEN) await tx.run(sql.raw(`delete from ${table}`));
        await tx.run(sql`update payouts set status = 'approved' where id = ${payout.id}`);
      });
      t.world.network.submit(signed);
      t.pass(5_000);
      await sync(t);
      expect(await t.as(t.ada.actor, setAsideWhatMayBePaid)).toBe(1);
      expect(await t.statusOf(payout)).toBe('quarantined');
    });
  });
});
