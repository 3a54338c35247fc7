import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BANK_FAILS } from '../../../../main/sandbox/stripe/platform.ts';
import { type StripeWorld, stripeWorld } from '../../../support/stripe-world.ts';

const open: StripeWorld[] = [];
let folder = '';
const stateFile = () => join(folder, 'stripe');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stripe-state-'));
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** As if its process had ended and begun again. */
async function restarted(before?: StripeWorld): Promise<StripeWorld> {
  const nowMs = before?.time.nowMs;
  if (before) {
    open.splice(open.indexOf(before), 1);
    await before.close();
  }
  const world = await stripeWorld({ stateFile: stateFile() });
  if (nowMs !== undefined) world.time.nowMs = nowMs;
  open.push(world);
  return world;
}

const pictureOf = async ({ kit }: StripeWorld) => ({
  transfers: (await kit.transfers.list({ limit: 100 })).data,
  events: (await kit.events.list({ limit: 100 })).data,
  book: (await kit.balanceTransactions.list({ limit: 100 })).data,
  balance: await kit.balance.retrieve().then(({ available }) => available),
});

describe('a simulated Stripe with a state file', () => {
  it('is the same after its process ended: transfers, reversals, events, banks, keys and names', async () => {
    const first = await restarted();
    const { kit } = first;
    await first.fill(100_000);
    const ana = await first.account();
    const ben = await first.account({ [BANK_FAILS.name]: BANK_FAILS.value });
    const order = { amount: 2_500, currency: 'usd', destination: ana, transfer_group: 'g-1' };
    const paid = await kit.transfers.create(order, { idempotencyKey: 'k-1' });
    await kit.transfers.create({ ...order, destination: ben, transfer_group: 'g-2' });
    first.advance(10_000);
    await kit.transfers.createReversal(paid.id, { amount: 700 });
    first.platform.setStanding(ana, 'restricted');
    first.platform.chargeFee('usd', 12n);
    // Far enough for the banks to take, pay and send back.
    for (let step = 0; step < 6; step++) {
      first.advance(45_000);
      await kit.balance.retrieve();
    }
    expect(first.platform.payouts.map(({ status }) => status)).toContain('failed');
    const before = await pictureOf(first);

    const second = await restarted(first);
    expect(await pictureOf(second)).toEqual(before);
    expect(second.platform.payouts).toEqual(first.platform.payouts);
    const again = await second.kit.transfers.create(order, { idempotencyKey: 'k-1' });
    expect(again.id).toBe(paid.id);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    await expect(second.kit.transfers.create({ ...order, transfer_group: 'g-3' })).rejects.toMatchObject({
      code: 'insufficient_capabilities_for_transfer',
    });
    const carla = await second.account();
    expect((await restarted(second)).platform.accounts.has(carla)).toBe(true);
  });

  it('forgets a line that its process did not write to the end', async () => {
    const first = await restarted();
    await first.fill(100_000);
    const before = await pictureOf(first);
    await first.close();
    open.splice(0);
    appendFileSync(stateFile(), '{"atMs":1,"deed":{"what":"top');

    const second = await restarted();
    expect(await pictureOf(second)).toEqual(before);
    await second.fill(50_000);
    expect((await restarted(second)).platform.topups).toHaveLength(2);
  });
});
