/** What is asked about payments before they are asked for: as long as it takes, and of each address once. */
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { commandOf, plannedOrderOf } from '../../../../core/payouts/answers.ts';
import { noteSilence } from '../../../../core/sync/health.ts';
import { patient } from '../../../../core/sync/patience.ts';
import { type BatchTreasuryOptions, batchTreasury, JOB, USDT } from '../../../support/batch-treasury.ts';
import { TRON } from '../../../support/nowpayments-world.ts';
import { openerOf } from '../../../support/stores.ts';

const VALIDATE = 'nowpayments.payout.validate';
const SILENT = { kind: 'refuse', status: 500 } as const;
const COUNT = 12;
const worlds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** Addresses of their own, all of a form that is taken. */
const tron = (index: number) => `${TRON.slice(0, -2)}${'ABCDEFGHJKLM'[index]}z`;

describe('payments that are looked at before they are asked for', () => {
  const open = openerOf('sqlite');
  const begin = async (options: BatchTreasuryOptions = {}) => {
    const at = await batchTreasury(await open(), options);
    worlds.push(at.world);
    const asked = () => at.world.faults.calls.filter((call) => call === VALIDATE).length;
    const batches = () => at.writer.rows(sql`select state, payments from provider_batches order by asked_at_ms`);
    const attempts = () => at.writer.rows(sql`select status from payout_attempts order by id`);
    return { ...at, asked, batches, attempts };
  };

  it('go out together, however long the provider takes to say that their addresses are good', async () => {
    let takeTime: (() => void) | null = null;
    const at = await begin({
      faults: {
        decide(where) {
          if (where === VALIDATE) takeTime?.();
          return null;
        },
      },
    });
    for (let index = 0; index < COUNT; index++) await at.approved(20_000_000n, tron(index));
    takeTime = () => at.pass(30_000);
    await at.drive();
    expect(await at.batches()).toEqual([{ state: 'needs_code', payments: BigInt(COUNT) }]);
  });

  it('go out together from an account that may ask once a second', async () => {
    const at = await begin({ rateLimit: 1 });
    for (let index = 0; index < COUNT; index++) await at.approved(20_000_000n, tron(index));
    await at.drive();
    expect(await at.batches()).toEqual([{ state: 'needs_code', payments: BigInt(COUNT) }]);
  });

  it('are written down only when all of them were looked at, and each is asked about once', async () => {
    const at = await begin();
    for (let index = 0; index < COUNT; index++) await at.approved(20_000_000n, tron(index));
    at.world.faults.next(VALIDATE, null, null, null, { kind: 'refuse', status: 429, retryAfterS: 600 });
    await at.drive();
    await at.drive();
    expect([await at.batches(), await at.attempts(), at.asked()]).toEqual([[], [], 4]);
    at.pass(600_000);
    await at.drive();
    expect(await at.batches()).toEqual([{ state: 'needs_code', payments: BigInt(COUNT) }]);
    expect(at.asked()).toBe(COUNT + 1);
  });

  it('are looked at while the batch before them waits for its code', async () => {
    const at = await begin();
    await at.approved(20_000_000n, tron(0));
    await at.drive();
    await at.approved(20_000_000n, tron(1));
    await at.drive();
    expect(at.asked()).toBe(2);
    await at.give((await at.batch()).id);
    await at.drive();
    expect([await at.batch(), at.asked()]).toMatchObject([{ state: 'needs_code', payments: 1 }, 2]);
  });

  it('come in smaller batches where the account covers not all of them with their fees', async () => {
    const at = await begin();
    await at.t.fund(1_000_000_000_000n, USDT);
    for (let index = 0; index < 2; index++) await at.approved(600_000_000_000n, tron(index));
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'refused', payments: 2 });
    at.pass(10 * 60_000);
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'needs_code', payments: 1 });
  });

  it('and will never be taken fail by themselves, and hold up nobody', async () => {
    const at = await begin();
    const bad = [await at.approved(500_000n, tron(0)), await at.approved(500_000n, tron(1))];
    const good = [await at.approved(), await at.approved(), await at.approved()];
    await at.drive();
    at.pass(1);
    await at.drive();
    for (const one of bad) expect((await at.now(one)).failedReason).toBe('NOWPayments pays no less than 1 usdttrc20.');
    for (const one of good) expect((await at.now(one)).status).toBe('processing');
    expect(await at.batches()).toMatchObject([
      { state: 'refused', payments: 2n },
      { state: 'needs_code', payments: 3n },
    ]);
    expect(await at.attempts()).toHaveLength(5);
  });

  it('go out without the one of which the provider cannot say anything', async () => {
    const at = await begin();
    for (let index = 0; index < 4; index++) await at.approved(20_000_000n, tron(index));
    at.world.faults.next(VALIDATE, null, SILENT, null, null, SILENT);
    await at.drive();
    expect(await at.batches()).toEqual([{ state: 'needs_code', payments: 3n }]);
  });

  it('go out round after round without one of which the provider never says anything', async () => {
    const at = await begin();
    const silent = await at.approved(20_000_000n, tron(0));
    const rounds = [[1, 2], [3]];
    for (const [round, more] of rounds.entries()) {
      const good = [];
      for (const index of more) good.push(await at.approved(20_000_000n, tron(index)));
      // Asked about first, and once more at the end; in the second round not at all.
      if (round === 0) at.world.faults.next(VALIDATE, SILENT, null, null, SILENT);
      await at.drive();
      for (const one of good) expect((await at.now(one)).status).toBe('processing');
      await at.give((await at.batch()).id);
    }
    const asked = at.asked();
    // By itself, while the answers about all others are remembered.
    const last = await at.approved(20_000_000n, tron(1));
    at.pass(10 * 60_000);
    at.world.faults.next(VALIDATE, SILENT, SILENT);
    await at.drive();
    expect([(await at.now(last)).status, at.asked() - asked]).toEqual(['processing', 2]);
    await at.give((await at.batch()).id);
    at.pass(10 * 60_000);
    await at.drive();
    expect((await at.now(silent)).status).toBe('processing');
  });

  it('and are remembered say nothing of whether the provider is there', async () => {
    const at = await begin();
    await at.approved(20_000_000n, tron(0));
    await at.drive();
    await at.drive();
    const { treasury } = at.t;
    const driver = { treasury, ...commandOf({ treasury, actor: JOB, provider: at.provider }, 'test.look') };
    await noteSilence(driver, 'nowpayments', { words: 'it is away', retryAfterMs: null, random: () => 1 });
    at.pass(5_000);
    const failures = () => at.writer.rows(sql`select failures from provider_health where rail = 'nowpayments'`);
    const { batches } = patient(at.provider, { driver, random: () => 1 });
    const order = plannedOrderOf(await at.approved(20_000_000n, tron(0)));
    const asked = at.asked();
    await batches?.lookAhead([order], async () => true);
    expect([at.asked() - asked, await failures()]).toEqual([0, [{ failures: 1n }]]);
    await batches?.lookAhead([{ ...order, address: tron(1) }], async () => true);
    expect([at.asked() - asked, await failures()]).toEqual([1, [{ failures: 0n }]]);
  });

  it.each([
    ['all that the books have', 0n],
    ['less than the books have', 1_000_000_000_000n],
  ])('go out before an older one that the account does not cover with its fee: %s', async (_what, more) => {
    const at = await begin();
    if (more > 0n) await at.t.fund(more, USDT);
    const big = await at.approved(999_999_900_000n, tron(0));
    const small = await at.approved(20_000_000n, tron(1));
    for (let round = 0; round < 3 && (await at.now(small)).status === 'approved'; round++) {
      await at.drive();
      at.pass(10 * 60_000);
    }
    expect([(await at.now(small)).status, (await at.now(big)).status]).toEqual(['processing', 'approved']);
    // It waits no longer than that.
    await at.t.fund(1_000_000_000n, USDT);
    at.world.account.deposit('usdttrc20', 100_000_000_000n);
    await at.give((await at.batch()).id);
    await at.drive();
    expect((await at.now(big)).status).toBe('processing');
  });

  it('were not asked for where the provider went silent before: nobody waits to prove that', async () => {
    const at = await begin();
    const payout = await at.approved();
    at.world.faults.next('nowpayments.auth.create', { kind: 'lose_request' });
    await at.drive();
    expect(await at.batch()).toMatchObject({ state: 'refused', said: 'NOWPayments did not answer' });
    expect((await at.now(payout)).status).toBe('approved');
  });
});
