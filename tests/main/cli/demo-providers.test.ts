import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { nowPaymentsSays, stripeSays } from '../../../main/cli/demo/provider-books.ts';
import { openProviders } from '../../../main/cli/demo/providers.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function providers() {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-demo-providers-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const opened = await openProviders({ beside: path.join(folder, 'demo.vault'), stripe: 3, nowpayments: 2 });
  closing.push(() => opened.close());
  return opened;
}

it('Stripe’s own book names who was paid twice, and who was not, also after it was away', async () => {
  const demo = await providers();
  const [one, two] = demo.stripe;
  if (!one || !two) throw new Error('There are three');
  const pay = (destination: string, amount: bigint) =>
    demo
      .platform()
      .transfer({ amount, currency: 'usd', destination, description: null, metadata: {}, group: null }, null);
  pay(one.address, one.amountMinor);
  pay(two.address, two.amountMinor - 1n);
  pay(two.address, 1n);
  const said = { payments: 3, paidOnce: 1, otherwise: ['STR-00002', 'STR-00003'] };
  expect(stripeSays(demo)).toEqual(said);
  await demo.stop();
  await demo.start();
  expect(stripeSays(demo)).toEqual(said);
});

it('NOWPayments’ own book counts nothing that is not through', async () => {
  const demo = await providers();
  const asked = demo.nowpayments.map(({ address, amountMinor }) => ({
    address,
    amount: amountMinor * 100n,
    currency: 'usdcmatic',
    extraId: null,
    externalId: null,
    description: null,
    callbackUrl: null,
    executeAtMs: null,
  }));
  const batch = demo.account().create(asked, null);
  expect(nowPaymentsSays(demo)).toEqual({ payments: 2, paidOnce: 0, otherwise: ['NOW-00001', 'NOW-00002'] });
  demo.account().verify(batch, '314159');
  await expect
    .poll(() => nowPaymentsSays(demo), { timeout: 10_000 })
    .toEqual({ payments: 2, paidOnce: 2, otherwise: [] });
});

it('is found by engines that start meanwhile, and leaves the environment as it was', async () => {
  const before = { ...process.env };
  const demo = await providers();
  expect(process.env.STRIPE_API_BASE).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(process.env.NOWPAYMENTS_API_BASE).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await demo.close();
  expect(process.env).toEqual(before);
});
