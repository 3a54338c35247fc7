/** What is asked about payments before they are asked for: as long as it takes, and of each address once. */
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { type BatchTreasuryOptions, batchTreasury, USDT } from '../../../support/batch-treasury.ts';
import { TRON } from '../../../support/nowpayments-world.ts';
import { openerOf } from '../../../support/stores.ts';

const VALIDATE = 'nowpayments.payout.validate';
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
    at.world.faults.next(VALIDATE, null, { kind: 'refuse', status: 500 }, null, null, { kind: 'refuse', status: 500 });
    await at.drive();
    expect(await at.batches()).toEqual([{ state: 'needs_code', payments: 3n }]);
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
