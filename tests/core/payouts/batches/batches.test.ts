/** How a batch is asked for, looked at and ended, whoever gives its code. */
import { afterEach, describe, expect, it } from 'vitest';
import { cancelScheduled } from '../../../../core/payouts/batches/scheduled.ts';
import type { PayoutProvider } from '../../../../core/rails/provider.ts';
import { type BatchTreasuryOptions, batchTreasury, HOUR_MS } from '../../../support/batch-treasury.ts';
import { TRON, TRON_FAILS, TRON_LATE } from '../../../support/nowpayments-world.ts';
import { openerOf } from '../../../support/stores.ts';

const MINUTE_MS = 60_000;
const worlds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  );

describe('a batch', () => {
  const open = openerOf('sqlite');
  const begin = async (options: BatchTreasuryOptions = {}) => {
    const at = await batchTreasury(await open(), options);
    worlds.push(at.world);
    return at;
  };

  it('fails only those that will never be taken, and asks for the others at once', async () => {
    const at = await begin();
    const [small, fine] = [await at.approved(500_000n), await at.approved()];
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'refused' });
    expect(await at.now(small)).toMatchObject({
      status: 'failed',
      failedReason: 'NOWPayments pays no less than 1 usdttrc20.',
    });
    expect((await at.now(fine)).status).toBe('approved');
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'needs_code', payments: 1 });
  });

  it('is halved when it is refused and nobody says why, until the one at fault is alone', async () => {
    const at = await begin();
    const payouts = [];
    for (let count = 0; count < 4; count++) payouts.push(await at.approved());
    const bad = payouts[2]?.id;
    const { batches } = at.provider;
    const sizes: number[] = [];
    const { ProviderRefused } = await import('../../../../core/rails/provider.ts');
    const picky: PayoutProvider = {
      ...at.provider,
      batches: {
        ...batches,
        create: async (request) => {
          const { orders } = request;
          sizes.push(orders.length);
          if (orders.some(({ payoutId }) => payoutId === bad)) throw new ProviderRefused('No', false);
          return batches.create(request);
        },
      },
    };
    for (let round = 0; round < 12 && (await at.now({ id: bad ?? '' })).status !== 'failed'; round++) {
      await at.drive(picky);
      const batch = await at.batch();
      if (batch.state === 'needs_code') await at.give(batch.id);
      at.pass(5_000);
    }
    expect(sizes).toEqual([4, 2, 2, 1]);
    const ends = [];
    for (const payout of payouts) ends.push((await at.now(payout)).status);
    expect(ends).toEqual(['completed', 'completed', 'failed', 'approved']);
  });

  it('that the account does not cover is tried again later, and not with every round', async () => {
    const at = await begin();
    await at.t.fund(10_000_000_000_000n, 'now:usdttrc20' as never);
    const payout = await at.approved(2_000_000_000_000n);
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'refused', retryAtMs: at.clock.nowMs() + 10 * MINUTE_MS });
    expect((await at.now(payout)).status).toBe('approved');
    const asked = () => at.world.faults.calls.filter((call) => call === 'nowpayments.payout.create').length;
    await at.drive();
    expect(asked()).toBe(1);
    at.world.account.deposit('usdttrc20', 10n ** 15n);
    at.pass(10 * MINUTE_MS);
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'needs_code' });
  });

  it('whose payment failed and is paid after all sets it aside for people', async () => {
    const at = await begin();
    const late = await at.approved(20_000_000n, TRON_LATE);
    const failed = await at.approved(20_000_000n, TRON_FAILS);
    await at.drive();
    await at.give((await at.batch()).id);
    at.pass(3_000);
    await at.drive();
    expect([(await at.now(late)).status, (await at.now(failed)).status]).toEqual(['failed', 'failed']);
    await at.sync();
    at.pass(HOUR_MS);
    await at.sync();
    expect([(await at.now(late)).status, (await at.now(failed)).status]).toEqual(['quarantined', 'failed']);
  });

  it('released on NOWPayments’ own pages is followed like any other', async () => {
    const at = await begin();
    const payout = await at.approved();
    await at.drive();
    const batch = await at.batch();
    await at.world.verify(batch.reference ?? '');
    at.pass(3_000);
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: null });
    expect((await at.now(payout)).status).toBe('completed');
  });

  it('that is neither released nor rejected a day after its time is for people to decide about', async () => {
    const at = await begin({ lapsed: 'creating' });
    const payout = await at.approved();
    await at.drive();
    at.pass(24 * HOUR_MS);
    await at.drive();
    expect([(await at.batch()).state, (await at.now(payout)).status]).toEqual(['needs_code', 'processing']);
    at.pass(HOUR_MS);
    await at.drive();
    expect([(await at.batch()).state, (await at.now(payout)).status]).toEqual(['unclear', 'quarantined']);
  });

  it('does not lapse before each payment in it was said to be rejected', async () => {
    const at = await begin();
    const payouts = [await at.approved(), await at.approved()];
    await at.drive();
    const batch = await at.batch();
    at.pass(HOUR_MS);
    const partial: PayoutProvider = {
      ...at.provider,
      batches: {
        ...at.provider.batches,
        get: async (reference) => {
          const taken = await at.provider.batches.get(reference);
          return { ...taken, payments: taken.payments.slice(0, 1) };
        },
      },
    };
    await at.drive(partial);
    expect((await at.batch()).state).toBe('needs_code');
    for (const payout of payouts) expect((await at.now(payout)).status).toBe('processing');
    await at.drive();
    expect(await at.batch()).toMatchObject({ id: batch.id, state: 'lapsed' });
  });

  it('is not asked for late: not after another turn has ended it, and not by one that slept', async () => {
    const at = await begin();
    const payout = await at.approved();
    const { batches } = at.provider;
    const lateBy = (minutes: number, meanwhile: () => Promise<unknown>): PayoutProvider => ({
      ...at.provider,
      batches: {
        ...batches,
        create: async (request) => {
          at.pass(minutes * MINUTE_MS);
          await meanwhile();
          return batches.create(request);
        },
      },
    });
    await at.drive(lateBy(5, () => Promise.resolve()));
    expect(await at.batch()).toMatchObject({ state: 'refused', retryAtMs: at.clock.nowMs() + 10 * MINUTE_MS });
    expect([(await at.now(payout)).status, at.world.account.withdrawals]).toEqual(['approved', []]);
    at.pass(10 * MINUTE_MS);
    await at.drive(lateBy(15, () => at.drive()));
    expect(at.world.account.withdrawals.map(({ externalId }) => externalId)).toEqual([`${payout.id}-3`]);
    expect(await at.batch()).toMatchObject({ state: 'needs_code' });
  });

  it('stays as it ended when what was said of it is older than that', async () => {
    const at = await begin();
    const payout = await at.approved();
    const { batches } = at.provider;
    const late: PayoutProvider = {
      ...at.provider,
      batches: {
        ...batches,
        create: async (request) => {
          const taken = await batches.create(request);
          at.pass(15 * MINUTE_MS);
          const deaf = { ...batches, paymentsMax: 0, find: async () => null };
          await at.drive({ ...at.provider, batches: deaf });
          return taken;
        },
      },
    };
    await at.drive(late);
    expect([(await at.batch()).state, (await at.now(payout)).status]).toEqual(['unheard', 'approved']);
    await at.drive();
    const { id } = await at.batch();
    let looks = 0;
    const stale: PayoutProvider = {
      ...at.provider,
      batches: {
        ...batches,
        get: async (reference) => {
          const taken = await batches.get(reference);
          looks += 1;
          if (looks > 1) return taken;
          await at.give(id);
          return { ...taken, payments: taken.payments.map((one) => ({ ...one, stage: 'rejected' as const })) };
        },
      },
    };
    await at.drive(stale);
    expect([(await at.batch()).state, (await at.now(payout)).status]).toEqual(['released', 'processing']);
  });

  it('is not mistaken for another with the same keys, which nobody here has asked for', async () => {
    const at = await begin();
    const payout = await at.approved();
    await at.drive();
    const batch = await at.batch();
    // A box on the way sent our request twice.
    const twin = await at.world.pay([
      { address: TRON, currency: 'usdttrc20', amount: 20, unique_external_id: `${payout.id}-1` },
    ]);
    await at.give(batch.id);
    at.pass(HOUR_MS);
    // The twin was rejected; ours is paid.
    await at.sync();
    await at.drive();
    expect((await at.now(payout)).status).toBe('completed');
    expect((await at.world.ask('GET', `payout/${twin.body.id}`)).body.withdrawals).toMatchObject([
      { status: 'REJECTED' },
    ]);
  });

  it('whose twin is paid as well sets the payout aside', async () => {
    const at = await begin();
    const payout = await at.approved();
    await at.drive();
    const twin = await at.world.pay([
      { address: TRON, currency: 'usdttrc20', amount: 20, unique_external_id: `${payout.id}-1` },
    ]);
    await at.world.verify(twin.body.id);
    at.pass(3_000);
    await at.sync();
    expect(await at.now(payout)).toMatchObject({
      status: 'quarantined',
      failedReason: 'The provider tells of another payment under the same key.',
    });
    expect(await failureOf(at.give((await at.batch()).id))).toMatchObject({ code: 'batch.withheld' });
  });

  it('of which a payment was put off can be taken back by a person, and nothing else can', async () => {
    const at = await begin();
    const [putOff, other] = [await at.approved(), await at.approved()];
    await at.drive();
    await at.give((await at.batch()).id);
    const [name = ''] = at.world.account.withdrawals.map(({ id }) => id);
    at.world.account.putOff(name, at.clock.nowMs() + HOUR_MS);
    const origin = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
    const command = { action: 'batch.cancel_scheduled', actor: at.bo.actor, origin };
    const canceller = { treasury: at.t.treasury, batches: at.provider.batches, command };
    const refused = await failureOf(cancelScheduled(canceller, { payoutId: other.id, reason: 'A mistake' }));
    expect(refused).toMatchObject({ code: 'batch.not_scheduled' });
    expect(await cancelScheduled(canceller, { payoutId: putOff.id, reason: 'A mistake' })).toMatchObject({
      status: 'cancelled',
    });
    at.pass(2 * HOUR_MS);
    await at.drive();
    await at.sync();
    expect([(await at.now(putOff)).status, (await at.now(other)).status]).toEqual(['cancelled', 'completed']);
  });
});
