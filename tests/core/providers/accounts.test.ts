import { describe, expect, it } from 'vitest';
import { createPayee } from '../../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../../core/payees/confirm.ts';
import { getPayee } from '../../../core/payees/payees.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { accountOf, releaseAccount, rememberAccount } from '../../../core/providers/accounts.ts';
import { isSetUp, resolveProvider } from '../../../core/providers/settings.ts';
import { deliveriesSoFar, keepDelivery } from '../../../core/providers/webhooks.ts';
import { type Actor, perform, type Work } from '../../../core/store/command.ts';
import { readCursor, writeCursor } from '../../../core/sync/cursors.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
const ORIGIN = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
const NOTHING = { texts: {}, secrets: {} };

describe('what is set of a provider', () => {
  it('is taken from the environment first, several keys at a time, and then from the vault', () => {
    const kept = {
      texts: { STRIPE_API_BASE: 'https://kept.example' },
      secrets: { STRIPE_SECRET_KEY: ['sk_test_keptkept'] },
    };
    expect(resolveProvider('stripe', {}, kept)).toMatchObject({
      values: { STRIPE_SECRET_KEY: ['sk_test_keptkept'], STRIPE_API_BASE: ['https://kept.example'] },
      fromEnvironment: [],
    });
    const given = { STRIPE_SECRET_KEY: ' sk_test_newernew, sk_test_olderold ', STRIPE_API_BASE: ' ' };
    expect(resolveProvider('stripe', given, kept)).toMatchObject({
      values: {
        STRIPE_SECRET_KEY: ['sk_test_newernew', 'sk_test_olderold'],
        STRIPE_API_BASE: ['https://kept.example'],
      },
      fromEnvironment: ['STRIPE_SECRET_KEY'],
    });
  });

  it('is set up only once nothing is missing, and a password may have commas in it', () => {
    const half = resolveProvider('nowpayments', { NOWPAYMENTS_API_KEY: 'ABCDEFGH-1' }, NOTHING);
    expect(isSetUp(half)).toBe(false);
    expect(half.missing).toEqual(['NOWPAYMENTS_EMAIL', 'NOWPAYMENTS_PASSWORD']);
    const whole = resolveProvider(
      'nowpayments',
      { NOWPAYMENTS_API_KEY: 'ABCDEFGH-1', NOWPAYMENTS_EMAIL: 'pay@example.org', NOWPAYMENTS_PASSWORD: 'a,b' },
      NOTHING,
    );
    expect(isSetUp(whole)).toBe(true);
    expect(whole.values.NOWPAYMENTS_PASSWORD).toEqual(['a,b']);
  });

  it('is refused by its name and never with its value', () => {
    const wrong = () => resolveProvider('stripe', { STRIPE_SECRET_KEY: 'whsec_in_the_wrong_place' }, NOTHING);
    expect(wrong).toThrow(/STRIPE_SECRET_KEY/);
    expect(wrong).not.toThrow(/wrong_place/);
  });
});

forEachStore((_name, open) => {
  const world = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const run = <T>(useCase: (work: Work) => Promise<T>) =>
      perform(t.treasury, { action: 'test', actor: robot, origin: ORIGIN }, useCase);
    return { writer, t, run };
  };

  describe('the account at a provider', () => {
    it('is remembered from the first key, no other is taken, and what a simulated one told is forgotten', async () => {
      const { writer, run } = await world();
      await run(async (work) => {
        await writeCursor(work, 'stripe', 'event:evt_simulated:1');
        work.audit({ action: 'test', subject: 'test' });
      });
      await run((work) => rememberAccount(work, 'stripe', 'acct_1'));
      expect(await readCursor(writer, 'stripe')).toBeNull();
      await expect(run((work) => rememberAccount(work, 'stripe', 'acct_2'))).rejects.toMatchObject({
        code: 'provider.other_account',
        data: { account: 'acct_2', pinned: 'acct_1' },
      });
      expect(await accountOf(writer, 'stripe')).toBe('acct_1');
      expect(await accountOf(writer, 'nowpayments')).toBeNull();
    });

    it('is not exchanged while a payment from it is not over and settled', async () => {
      const { writer, t, run } = await world();
      const ben = await t.addPerson('Ben', ['approver']);
      const destination = { rail: 'stripe' as const, address: 'acct_123456789' };
      const payee = await run(async (work) => {
        const { id, destinations } = await createPayee(work, { reference: 'carla', name: 'Carla', destination });
        await confirmInSandbox(
          work,
          destinations.map((one) => one.id),
        );
        return getPayee(work.tx, id);
      });
      await t.fund(1_000_000n);
      await run((work) => rememberAccount(work, 'stripe', 'acct_1'));
      const release = () => run((work) => releaseAccount(work, 'stripe'));
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      const provider = { ...scriptedProvider({ loseAnswers: 1 }), rail: 'stripe' as const };
      const driver = { treasury: t.treasury, actor: robot, provider };
      await drivePayouts(driver);
      await expect(release(), 'its answer was lost').rejects.toMatchObject({ code: 'provider.payments_under_way' });
      await drivePayouts(driver);
      await expect(release(), 'it is paid, and not settled').rejects.toMatchObject({ data: { payments: 1 } });
      await syncProvider(t.treasury, robot, provider);
      await release();
      expect(await accountOf(writer, 'stripe')).toBeNull();
      expect(await readCursor(writer, 'stripe')).toBeNull();
      await expect(release()).rejects.toMatchObject({ code: 'provider.no_account' });
    });
  });

  describe('what a provider tells the server', () => {
    it('is kept once, as it came', async () => {
      const { writer, run } = await world();
      const delivery = {
        rail: 'stripe' as const,
        id: 'evt_1',
        kind: 'transfer.created',
        toldAtMs: 5,
        raw: '{ "id":"evt_1" }',
      };
      expect(await run((work) => keepDelivery(work, delivery))).toBe(true);
      expect(await run((work) => keepDelivery(work, { ...delivery, raw: '{}' }))).toBe(false);
      expect(await run((work) => keepDelivery(work, { ...delivery, rail: 'nowpayments' }))).toBe(true);
      const kept = await writer.db
        .selectFrom('provider_webhooks')
        .select(['rail', 'raw'])
        .where('rail', '=', 'stripe')
        .execute();
      expect(kept).toEqual([{ rail: 'stripe', raw: '{ "id":"evt_1" }' }]);
      expect((await deliveriesSoFar(writer)).get('stripe')?.received).toBe(1);
    });
  });
});
