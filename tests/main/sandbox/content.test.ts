import { describe, expect, it } from 'vitest';
import { simulatedProvider } from '../../../main/rails/simulated/provider.ts';
import { sandboxContent } from '../../../main/sandbox/content.ts';

const MANY = { payees: 3_000, payouts: 10_000 };
const MINIMUM_MINOR = 100n;

describe('what a sandbox is filled with', () => {
  it('follows from the seed alone', () => {
    expect(sandboxContent(MANY, 'one')).toEqual(sandboxContent(MANY, 'one'));
    const people = (seed: string) => sandboxContent({ payees: 50, payouts: 50 }, seed).payees.map(({ name }) => name);
    expect(people('one')).not.toEqual(people('two'));
  });

  it('names nothing twice, not even across two seeds', () => {
    const contents = [sandboxContent(MANY, 'one'), sandboxContent(MANY, 'two')];
    const payees = contents.flatMap((content) => content.payees);
    const payouts = contents.flatMap((content) => content.payouts);
    for (const [what, names] of Object.entries({
      'payee references': payees.map(({ reference }) => reference),
      addresses: payees.map(({ address }) => address),
      'payout references': payouts.map(({ reference }) => reference),
      'idempotency keys': payouts.map(({ idempotencyKey }) => idempotencyKey),
    })) {
      expect(new Set(names).size, what).toBe(names.length);
    }
  });

  it('has addresses that the simulated rail takes, and that say what will happen', async () => {
    const rail = simulatedProvider('http://127.0.0.1:1', () => 0);
    const { payees } = sandboxContent(MANY, 'one');
    for (const { address, outcome } of payees) {
      expect(await rail.checkAddress(address, null), address).toEqual({ ok: true });
      expect(address.startsWith('sim:fail-'), address).toBe(outcome === 'failed');
      expect(address.startsWith('sim:strange-'), address).toBe(outcome === 'quarantined');
    }
    expect(payees.filter(({ outcome }) => outcome === 'quarantined')).toHaveLength(1);
    expect(payees.filter(({ outcome }) => outcome === 'failed')).toHaveLength(75);
  });

  it('pays amounts that can be paid, and funds more than all of them together', () => {
    const { payouts, funding } = sandboxContent(MANY, 'one');
    for (const { assetId, amountMinor } of funding) {
      const asked = payouts.filter((payout) => payout.assetId === assetId);
      expect(asked.length, `payouts in ${assetId}`).toBeGreaterThan(1_000);
      expect(asked.every((payout) => payout.amountMinor >= MINIMUM_MINOR)).toBe(true);
      expect(amountMinor).toBeGreaterThan(asked.reduce((sum, payout) => sum + payout.amountMinor, 0n));
    }
  });

  it('gives every payee work before it gives one of them more', () => {
    const { payouts } = sandboxContent({ payees: 3, payouts: 7 }, 'one');
    expect(payouts.map(({ payee }) => payee)).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });
});
