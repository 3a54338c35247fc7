import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addAsset } from '../../../core/ledger/assets.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { type AssetId, assetId } from '../../../core/money/assets.ts';
import { attemptKey, attemptsOf } from '../../../core/payouts/attempts.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import {
  type OnwardPayment,
  type ProviderRecord,
  ProviderRefused,
  ProviderUnreachable,
} from '../../../core/rails/provider.ts';
import type { Actor } from '../../../core/store/command.ts';
import { listProviderEvents, providerEventAsItCame } from '../../../core/sync/event-views.ts';
import { onwardOf, trackOnward } from '../../../core/sync/onward.ts';
import { handleAgain, retryEvent, retryGivenUp } from '../../../core/sync/retry.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury, USD } from '../../support/treasury.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
const ORIGIN = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
const UNHEARD_OF = assetId('iso:XTS');
const AMOUNT = 12_345n;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

forEachStore((_name, open) => {
  const paid = async (...names: readonly string[]) => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    await t.fund(1_000_000n);
    const rail = scriptedProvider();
    const ids: string[] = [];
    for (const name of names) {
      const { id } = await t.request(t.ada, await t.addPayee(name), { amountMinor: AMOUNT, reference: `For ${name}` });
      await t.approve(ben, id);
      ids.push(id);
    }
    await drivePayouts({ treasury: t.treasury, actor: JOB, provider: rail });
    const told: ProviderRecord[] = [];
    return {
      t,
      writer,
      ids,
      tell(of: number, changes: Partial<ProviderRecord>) {
        const key = attemptKey(ids[of] as never, 1n);
        const eventId = `evt-${told.length + 1}`;
        const base = {
          eventId,
          reference: `ref-${key}`,
          key,
          status: 'completed',
          amountMinor: AMOUNT,
          assetId: USD,
        } as const;
        told.push({ ...base, atMs: t.clock.nowMs(), raw: `{"id":"${eventId}"}`, ...changes });
        return eventId;
      },
      sync: () =>
        syncProvider(t.treasury, JOB, {
          rail: 'simulated',
          listSince: async (cursor) => ({
            records: told.slice(Number(cursor ?? '0')),
            cursor: String(told.length),
            more: false,
          }),
        }),
      outcomes: async () =>
        Object.fromEntries(
          (await listProviderEvents(writer, {}, { cursor: undefined, limit: 100 })).items.map((one) => [
            one.eventId,
            one.outcome,
          ]),
        ),
      named: async (name: string) =>
        Number((await writer.rows<{ n: bigint }>(sql`select count(*) as n from outbox where name = ${name}`))[0]?.n),
    };
  };

  describe('a record that cannot be handled', () => {
    it('stops nothing but what is about the same payment, is given up in the end, and can be tried again', async () => {
      const p = await paid('Carla', 'Dora');
      // A fee in an asset that the treasury does not have cannot be posted.
      const bad = p.tell(0, { fee: { reference: 'fee-1', amountMinor: 5n, assetId: UNHEARD_OF } });
      const later = p.tell(0, { amountMinor: 2_345n, reversal: { reference: 'back-1' } });
      const other = p.tell(1, {});
      expect(await p.sync()).toMatchObject({ stored: 3, settled: 1 });
      expect(await p.outcomes()).toEqual({ [bad]: 'retrying', [later]: 'stored', [other]: 'settled' });
      // Not before its rest is over; and what comes of it meanwhile on other pages waits as well.
      const latest = p.tell(0, { amountMinor: 10_000n, reversal: { reference: 'back-2' } });
      await p.sync();
      expect(await p.outcomes()).toMatchObject({ [bad]: 'retrying', [later]: 'stored', [latest]: 'stored' });
      expect(await providerEventAsItCame(p.writer, { rail: 'simulated', eventId: bad })).toMatchObject({
        tries: 1,
        raw: `{"id":"${bad}"}`,
        payout: null,
        error: expect.stringMatching(/foreign key|not know/i),
      });
      for (const restMs of [10_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS]) {
        p.t.clock.advance(restMs);
        await p.sync();
      }
      // Given up: what waited for it goes on, and waits for its payment now.
      expect(await p.outcomes()).toEqual({
        [bad]: 'dead',
        [later]: 'waits',
        [latest]: 'waits',
        [other]: 'settled',
      });
      expect(await p.named('provider_event.dead')).toBe(1);
      expect(await brokenInvariants(p.writer)).toEqual([]);

      const again = () =>
        p.t.as(p.t.ada.actor, (work) => retryEvent(work, { rail: 'simulated', eventId: bad }), 'provider_event.retry');
      await p.t.as(p.t.ada.actor, (work) => addAsset(work, { assetId: UNHEARD_OF, scale: 2, minimumPayoutMinor: 1n }));
      await again();
      const driver = { treasury: p.t.treasury, actor: p.t.ada.actor, action: 'provider_event.retry', origin: ORIGIN };
      await handleAgain(driver, 'simulated');
      await p.sync();
      expect(await p.outcomes()).toEqual({
        [bad]: 'settled',
        [later]: 'settled',
        [latest]: 'settled',
        [other]: 'settled',
      });
      expect(await getPayout(p.writer, p.ids[0] as string)).toMatchObject({
        status: 'completed',
        settledAtMs: p.t.clock.nowMs(),
      });
      await expect(again()).rejects.toMatchObject({ code: 'provider_event.not_dead' });
      expect(await brokenInvariants(p.writer)).toEqual([]);
    });

    it('is tried again with all like it, oldest first, so many at once; what stops one stops no other', async () => {
      const p = await paid('Carla', 'Dora', 'Edith');
      const fee = (of: AssetId) => ({ fee: { reference: `fee-${of}`, amountMinor: 5n, assetId: of } });
      const OTHER = assetId('iso:XXX');
      const first = p.tell(0, fee(OTHER));
      const second = p.tell(1, fee(UNHEARD_OF));
      const third = p.tell(2, fee(UNHEARD_OF));
      await p.sync();
      for (const restMs of [10_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS]) {
        p.t.clock.advance(restMs);
        await p.sync();
      }
      expect(await p.outcomes()).toEqual({ [first]: 'dead', [second]: 'dead', [third]: 'dead' });
      await p.t.as(p.t.ada.actor, (work) => addAsset(work, { assetId: UNHEARD_OF, scale: 2, minimumPayoutMinor: 1n }));

      const driver = { treasury: p.t.treasury, actor: p.t.ada.actor, action: 'provider_event.retry', origin: ORIGIN };
      expect(await retryGivenUp(driver, { rail: 'stripe' })).toEqual({ tried: 0, handled: 0, stopped: [], more: 0 });
      expect(await retryGivenUp(driver, { rail: 'simulated' }, 2)).toEqual({
        tried: 2,
        handled: 1,
        stopped: [{ outcome: 'retrying', why: expect.stringMatching(/foreign key|not know/i), count: 1 }],
        more: 1,
      });
      expect(await p.outcomes()).toEqual({ [first]: 'retrying', [second]: 'settled', [third]: 'dead' });
      expect(await retryGivenUp(driver, {})).toEqual({ tried: 1, handled: 1, stopped: [], more: 0 });
      expect(await p.outcomes()).toMatchObject({ [third]: 'settled' });
      expect(await p.named('provider_event.retried')).toBe(3);
      expect(await brokenInvariants(p.writer)).toEqual([]);
    });

    it('is found by its rail, outcome, payout and name, and stays as it came', async () => {
      const p = await paid('Carla');
      const eventId = p.tell(0, {});
      await p.sync();
      const page = { cursor: undefined, limit: 10 };
      const found = async (filter: Parameters<typeof listProviderEvents>[1]) =>
        (await listProviderEvents(p.writer, filter, page)).items.map((one) => one.eventId);
      for (const filter of [
        { rail: 'simulated' },
        { outcome: 'settled' },
        { payout: p.ids[0] },
        { q: 'FOR CARLA' },
        { q: eventId },
      ] as const) {
        expect(await found(filter)).toEqual([eventId]);
      }
      for (const filter of [
        { rail: 'stripe' },
        { outcome: 'dead' },
        { outcome: 'open' },
        { payout: 'pay_none' },
        { q: '100%' },
      ] as const) {
        expect(await found(filter)).toEqual([]);
      }
      const change = (statement: string) => p.writer.transaction((tx) => tx.run(sql.raw(statement)));
      await expect(change("update provider_events set raw = '{}'")).rejects.toThrow('keeps what it began with');
      await expect(change('delete from provider_events')).rejects.toThrow('keeps what it began with');
    });
  });

  it('where a payment went on to is followed to its end, and told each time that it turns', async () => {
    const p = await paid('Carla');
    p.tell(0, {});
    await p.sync();
    const payoutId = p.ids[0] as string;
    let now: OnwardPayment | null = null;
    let asked = 0;
    const track = async () => {
      const before = asked;
      const driver = { treasury: p.t.treasury, actor: JOB, action: 'sync.simulated', origin: ORIGIN };
      const provider = {
        ...scriptedProvider(),
        onwardPayment: async () => {
          asked += 1;
          return now;
        },
      };
      const { changed } = await trackOnward(driver, provider);
      return { asked: asked - before, changed };
    };
    const is = (status: OnwardPayment['status'], message: string | null = null) => {
      now = { reference: 'po_1', status, rawStatus: status, message, arrivesAtMs: 5 };
    };
    expect(await track()).toEqual({ asked: 0, changed: 0 });
    expect(await onwardOf(p.writer, payoutId)).toMatchObject({ status: 'none', reference: null });
    p.t.clock.advance(15 * MINUTE_MS);
    expect(await track()).toEqual({ asked: 1, changed: 0 });
    is('in_transit');
    p.t.clock.advance(15 * MINUTE_MS);
    expect(await track()).toEqual({ asked: 1, changed: 1 });
    is('paid');
    p.t.clock.advance(DAY_MS);
    expect(await track()).toEqual({ asked: 1, changed: 1 });
    // It arrived, and comes back from the bank some days later.
    is('failed', 'The bank account is closed.');
    p.t.clock.advance(4 * DAY_MS);
    expect(await track()).toEqual({ asked: 1, changed: 1 });
    expect(await onwardOf(p.writer, payoutId)).toMatchObject({
      status: 'failed',
      message: 'The bank account is closed.',
    });
    p.t.clock.advance(4 * DAY_MS);
    expect(await track()).toEqual({ asked: 0, changed: 0 });
    const rows = await p.writer.rows<{ name: string }>(
      sql`select name from outbox where name like 'payout.onward%' order by seq`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      'payout.onward_in_transit',
      'payout.onward_paid',
      'payout.onward_failed',
    ]);
    expect(await getPayout(p.writer, payoutId)).toMatchObject({ status: 'completed' });
  });

  it('a payment of which the provider tells no more holds up no other on its way to the bank', async () => {
    const p = await paid('Carla', 'Dora', 'Edith');
    for (const one of [0, 1, 2]) p.tell(one, {});
    await p.sync();
    const [first, second, third] = p.ids as [string, string, string];
    const references = new Map<string, string>();
    for (const id of p.ids) references.set((await attemptsOf(p.writer, id as never))[0]?.providerReference ?? '', id);
    const asked: string[] = [];
    let isAway = false;
    const track = async () => {
      asked.length = 0;
      const driver = { treasury: p.t.treasury, actor: JOB, action: 'sync.simulated', origin: ORIGIN };
      const provider = {
        ...scriptedProvider(),
        onwardPayment: async (reference: string): Promise<OnwardPayment> => {
          const id = references.get(reference) ?? '';
          asked.push(id);
          if (isAway && id !== first) throw new ProviderUnreachable('it is away');
          if (id === first) throw new ProviderRefused('That account is not connected any more.', false);
          return { reference: `po_${id}`, status: 'paid', rawStatus: 'paid', message: null, arrivesAtMs: null };
        },
      };
      return trackOnward(driver, provider);
    };
    await track();
    p.t.clock.advance(15 * MINUTE_MS);
    expect(await track()).toEqual({ changed: 3 });
    expect(await onwardOf(p.writer, first)).toMatchObject({
      status: 'none',
      message: 'That account is not connected any more.',
      reference: null,
    });
    expect(await onwardOf(p.writer, second)).toMatchObject({ status: 'paid' });
    expect(await onwardOf(p.writer, third)).toMatchObject({ status: 'paid' });
    // Of one that brings no answer at all the next is asked first the time after.
    isAway = true;
    p.t.clock.advance(MINUTE_MS * 24 * 60);
    await expect(track()).rejects.toThrow(ProviderUnreachable);
    const silent = asked.at(-1);
    await expect(track()).rejects.toThrow(ProviderUnreachable);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked).not.toContain(silent);
  });
});
