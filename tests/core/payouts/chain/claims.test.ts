/** Payouts to whom an ordinary payment cannot arrive: accounts that are opened, and balances left to be claimed. */
import { Claimant, Keypair, Operation } from '@stellar/stellar-sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { prepareApproval } from '../../../../core/approvals/approve.ts';
import { balanceDrift } from '../../../../core/ledger/balances.ts';
import { claimOfPayout, endClaim, lookAtClaims } from '../../../../core/payouts/chain/claims.ts';
import { reclaim } from '../../../../core/payouts/chain/reclaim.ts';
import { claimsTreasury, RECLAIM_AFTER_S } from '../../../support/chain-claims.ts';
import { HALF_AN_HOUR_S, STROOPS } from '../../../support/chain-treasury.ts';
import { anyNeeds, putInForce } from '../../../support/policy.ts';
import { type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
import { forEachStore } from '../../../support/stores.ts';

const worlds: StellarWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const HOUR_MS = RECLAIM_AFTER_S * 1000;
const FEE = 100n;
const noSteps = async () => undefined;

forEachStore((_name, open) => {
  const begin = async () => {
    const world = await stellarWorld();
    worlds.push(world);
    return { world, ...(await claimsTreasury(await open(), world)) };
  };

  describe('an account that is not there yet', () => {
    it('is opened by its payout when that was approved so, and by nothing else', async () => {
      const { t, world, writer, now, edit, held, send } = await begin();
      const payee = Keypair.random().publicKey();
      const payout = await t.approved(payee, 2n * STROOPS);
      expect(await held()).toEqual(['destination.missing']);

      // What two people approved was a payment: now it waits for them again, with nothing held for it.
      const edited = await edit(payout, { method: 'create_account' });
      expect(edited).toMatchObject({ status: 'pending', revision: 2n, method: 'create_account' });
      const { statement } = await prepareApproval(writer, t.bo.staff, payout.id, t.clock.nowMs());
      expect(JSON.parse(statement)).toMatchObject({ method: 'create_account', revision: 2 });
      await t.approve(t.bo, payout.id);

      await send(await t.build());
      expect((await now(payout)).status).toBe('completed');
      expect(world.network.world.accounts.get(payee)?.balance).toBe(2n * STROOPS);
      expect(await claimOfPayout(writer, payout.id)).toBeNull();
      expect(await balanceDrift(writer)).toEqual([]);
    });

    it('is not opened once it is there', async () => {
      const { t, world, edit, held } = await begin();
      const payee = Keypair.random().publicKey();
      const payout = await t.approved(payee, 2n * STROOPS);
      await edit(payout, { method: 'create_account' });
      await t.approve(t.bo, payout.id);
      world.network.fund(payee);
      expect(await held()).toEqual(['destination.exists']);
    });
  });

  describe('the way of paying', () => {
    it('cannot be changed behind the approvals: what is in the records is held against what was signed', async () => {
      const { t, writer, now } = await begin();
      const payout = await t.approved(Keypair.random().publicKey(), 2n * STROOPS);
      await writer.transaction(async (tx) => {
        await tx.write.updateTable('payouts').set({ method: 'create_account' }).where('id', '=', payout.id).execute();
      });
      await expect(t.build()).rejects.toMatchObject({ code: 'chain.nothing_to_build' });
      expect(await now(payout)).toMatchObject({ status: 'quarantined' });
    });

    it('is asked about by rules of the policy', async () => {
      const { t, edit } = await begin();
      const payout = await t.approved(Keypair.random().publicKey(), 2n * STROOPS);
      const never = {
        id: 'never-so',
        name: 'Never so',
        when: { methods: ['claimable_balance' as const] },
        deny: { reason: 'It is too slow.' },
      };
      await putInForce(t, [never, anyNeeds(1)]);
      await expect(edit(payout, { method: 'claimable_balance' })).rejects.toMatchObject({ code: 'policy.denied' });
      expect(await edit(payout, { method: 'create_account' })).toMatchObject({ status: 'pending' });
    });
  });

  describe('a balance that is left to be claimed', () => {
    it('completes its payout when it is made, and is followed until the payee has it', async () => {
      const { t, world, now, claim, left, claims, look, told } = await begin();
      const { payee, payout } = await left();
      const open = await claim(payout);
      expect(await now(payout)).toMatchObject({ status: 'completed', reclaimAfterS: RECLAIM_AFTER_S });
      expect(open).toMatchObject({ state: 'open', reclaimableFromMs: open.createdAtMs + HOUR_MS, hash: null });
      const made = world.network.world.claimables.get(open.id);
      expect(made?.claimants.map(({ destination }) => destination)).toEqual([
        payee.publicKey(),
        world.treasury.publicKey(),
      ]);
      expect(made?.claimants[0]?.predicate.type).toBe(Claimant.predicateUnconditional().type);

      expect(await look()).toEqual({ looked: 1, ended: 0 });
      await claims(payee, payout);
      expect(await look()).toEqual({ looked: 1, ended: 1 });
      const claimed = await claim(payout);
      const by = world.network.find(claimed.hash ?? '');
      expect(claimed).toMatchObject({ state: 'claimed', endedAtMs: (by?.closeTime ?? 0) * 1000 });
      expect(await told(payout)).toContain('payout.claimed');
      expect(await look()).toEqual({ looked: 0, ended: 0 });
      await expect(reclaim(t.desk, { payoutId: payout.id, openS: HALF_AN_HOUR_S })).rejects.toMatchObject({
        code: 'claim.over',
        data: { state: 'claimed' },
      });
    });

    it('is taken back when the payee had their time, and is owed to them again', async () => {
      const { t, writer, now, claim, left, look, send, native, onLedger, told } = await begin();
      const before = { books: (await native())?.fundsMinor ?? 0n, ledger: onLedger() };
      const { payout } = await left();
      const back = () => reclaim(t.desk, { payoutId: payout.id, openS: HALF_AN_HOUR_S });
      await expect(back()).rejects.toMatchObject({ code: 'claim.too_early' });
      t.pass(HOUR_MS);
      const record = await back();
      expect(record).toMatchObject({ state: 'built', purpose: 'reclaim', payments: 1 });
      await expect(back()).rejects.toMatchObject({ code: 'chain.in_flight' });
      expect(await send(record)).toMatchObject({ state: 'confirmed' });

      expect(await claim(payout)).toMatchObject({ state: 'reclaimed', hash: record.hash });
      expect(await told(payout)).toEqual(expect.arrayContaining(['payout.reclaimed', 'payout.reversed']));
      expect((await now(payout)).status).toBe('completed');
      // Both transactions cost their fee, and nothing else is missing.
      expect(onLedger()).toBe(before.ledger - 2n * FEE);
      expect(await native()).toMatchObject({ fundsMinor: before.books - 2n * FEE, unsettledMinor: 0n });
      expect(await balanceDrift(writer)).toEqual([]);
      expect(await look()).toEqual({ looked: 0, ended: 0 });
      await expect(back()).rejects.toMatchObject({ code: 'claim.over' });
    });

    it('comes back in the books once, also when somebody else took it back', async () => {
      const { t, world, writer, claim, left, look, native, onLedger } = await begin();
      const before = { books: (await native())?.fundsMinor ?? 0n, ledger: onLedger() };
      const { payout } = await left();
      t.pass(HOUR_MS);
      const { id: balanceId } = await claim(payout);
      world.act(world.treasury, [Operation.claimClaimableBalance({ balanceId })]);
      t.pass(5_000);
      expect(await look()).toEqual({ looked: 1, ended: 1 });
      expect(await claim(payout)).toMatchObject({ state: 'reclaimed' });
      expect((await native())?.fundsMinor).toBe(before.books - FEE);
      // The fee of the other transaction was not ours to know of.
      expect(onLedger()).toBe(before.ledger - 2n * FEE);
      expect(await balanceDrift(writer)).toEqual([]);
    });

    it('is the treasury’s by the account that set it aside, whichever account pays by now', async () => {
      const { t, world, claim, left } = await begin();
      const { payout } = await left();
      t.pass(HOUR_MS);
      const moved = { ...t.desk, settings: { ...t.desk.settings, source: world.account('new', false).publicKey() } };
      await expect(reclaim(moved, { payoutId: payout.id, openS: HALF_AN_HOUR_S })).rejects.toMatchObject({
        code: 'claim.other_source',
      });
      const { id: balanceId } = await claim(payout);
      world.act(world.treasury, [Operation.claimClaimableBalance({ balanceId })]);
      t.pass(5_000);
      await lookAtClaims(moved, noSteps);
      expect(await claim(payout)).toMatchObject({ state: 'reclaimed' });
    });

    it('is the payee’s when they are faster than what was built to take it back', async () => {
      const { t, claim, left, claims, look, send, now } = await begin();
      const { payee, payout } = await left();
      t.pass(HOUR_MS);
      const record = await reclaim(t.desk, { payoutId: payout.id, openS: HALF_AN_HOUR_S });
      await claims(payee, payout);
      expect(await send(record)).toMatchObject({ state: 'failed', words: 'tx_failed op_does_not_exist' });
      expect(await claim(payout)).toMatchObject({ state: 'open' });
      await look();
      expect(await claim(payout)).toMatchObject({ state: 'claimed' });
      expect((await now(payout)).status).toBe('completed');
    });

    it('ends once, whoever sees it first', async () => {
      const { t, world, writer, claim, left, told, native } = await begin();
      const { payout } = await left();
      t.pass(HOUR_MS);
      const { id: balanceId } = await claim(payout);
      const before = (await native())?.fundsMinor ?? 0n;
      const end = { claimedBy: world.treasury.publicKey(), hash: 'ab'.repeat(32), atMs: t.clock.nowMs() };
      for (let seen = 0; seen < 2; seen++) await t.as(t.bo.actor, (work) => endClaim(work, balanceId, end));
      const actions = await told(payout);
      expect(actions.filter((action) => action === 'payout.reclaimed')).toHaveLength(1);
      expect(actions.filter((action) => action === 'payout.reversed')).toHaveLength(1);
      expect((await native())?.fundsMinor).toBe(before + 7n * STROOPS);
      expect(await balanceDrift(writer)).toEqual([]);
    });

    it('is said to be gone while nobody can say who has it', async () => {
      const { t, claim, left, claims, look } = await begin();
      const { payee, payout } = await left();
      await claims(payee, payout);
      const blind = { ...t.desk, rail: { ...t.desk.rail, history: null, recentEnds: null } };
      expect(await lookAtClaims(blind, noSteps)).toEqual({ looked: 1, ended: 0 });
      expect(await claim(payout)).toMatchObject({ state: 'gone', hash: null });
      expect(await lookAtClaims(blind, noSteps)).toEqual({ looked: 1, ended: 0 });
      expect(await look()).toEqual({ looked: 1, ended: 1 });
      expect(await claim(payout)).toMatchObject({ state: 'claimed' });
    });

    it('is told by Soroban RPC alone, who took it or that it came back, as far as that remembers', async () => {
      const { t, world, claim, left, claims, told } = await begin();
      const alone = { ...t.desk, rail: { ...t.desk.rail, history: null } };
      const [taken, back] = [await left(), await left()];
      await claims(taken.payee, taken.payout);
      expect(await lookAtClaims(alone, noSteps)).toEqual({ looked: 2, ended: 1 });
      expect(await claim(taken.payout)).toMatchObject({
        state: 'claimed',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(await claim(back.payout)).toMatchObject({ state: 'open' });

      t.pass(HOUR_MS);
      const { id: balanceId } = await claim(back.payout);
      world.act(world.treasury, [Operation.claimClaimableBalance({ balanceId })]);
      t.pass(5_000);
      expect(await lookAtClaims(alone, noSteps)).toEqual({ looked: 1, ended: 1 });
      expect(await claim(back.payout)).toMatchObject({ state: 'reclaimed' });
      expect(await told(back.payout)).toContain('payout.reversed');
    });

    it('is not thought gone by a node that has not come so far yet', async () => {
      const { t, claim, left } = await begin();
      const { payout } = await left();
      const { ledger } = await claim(payout);
      const behind = async () => ({ there: new Set<string>(), latestLedger: ledger - 1, latestCloseTimeS: 0 });
      const desk = { ...t.desk, rail: { ...t.desk.rail, online: { ...t.desk.rail.online, claimables: behind } } };
      expect(await lookAtClaims(desk, noSteps)).toEqual({ looked: 1, ended: 0 });
      expect(await claim(payout)).toMatchObject({ state: 'open' });
    });
  });
});
