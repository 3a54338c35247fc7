/** Steps of the outside world and of those who stop, compare and decide about it. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { recordComparison } from '../../core/payouts/fence.ts';
import { freeze } from '../../core/payouts/freezes.ts';
import * as acts from './model/acts.ts';
import type { Asset } from './model/books.ts';
import * as rails from './model/rails.ts';
import type { ModelState, Outcome, PayoutModel } from './model/state.ts';
import { payee, person, pick, pickFitting, place } from './payout-steps.ts';
import { Step } from './step.ts';
import { BEHAVIOURS, type Behaviour } from './unreliable-rail.ts';
import type { World } from './world.ts';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('complete' as const) },
  { weight: 4, arbitrary: fc.constantFrom(...BEHAVIOURS) },
);

const drive = fc
  .record({
    behaviours: fc.array(behaviour, { minLength: 1, maxLength: 5 }),
    gone: fc.constantFrom(false, false, false, false, true),
  })
  .map(
    ({ behaviours, gone }) =>
      new Step('drive', { behaviours, gone }, (m, w) => {
        const behaviourOf = (payout: number) => behaviours[payout % behaviours.length] ?? 'complete';
        rails.drive(m, { behaviourOf, reachable: !gone, ids: w.payouts });
        return {
          expected: 'ok',
          act: async () => {
            w.rail.behaveBy((id) => behaviourOf(w.payouts.indexOf(id)));
            w.rail.setReachable(!gone);
            await w.drive();
            w.rail.setReachable(true);
          },
        };
      }),
  );

const syncTerms = fc.record({
  pageSize: fc.constantFrom(1, 2, 1_000),
  fromTheStart: fc.constantFrom(false, false, true),
});

const sync = syncTerms.map(
  (terms) =>
    new Step('sync', terms, (m, w) => {
      rails.sync(m, terms);
      w.rail.listBy(terms);
      return { expected: 'ok', act: () => w.sync() };
    }),
);

/** The provider says more about an order, early or late, true to what it said before or not. */
const report = fc
  .record({
    order: place,
    status: fc.constantFrom('completed' as const, 'completed' as const, 'failed' as const, 'unknown' as const),
    otherAmount: fc.constantFrom(false, false, false, false, true),
  })
  .map(
    (terms) =>
      new Step('report', terms, (m, w) => {
        const one = pick(m.taken, terms.order);
        if (!one) return null;
        const order = w.rail.taken.get(w.keyOf(one.payout, one.number))?.order;
        if (!order) throw new Error('The model and the rail know the same orders');
        const amount = terms.otherAmount ? order.amountMinor + 1n : order.amountMinor;
        if (!terms.otherAmount) one.standing = terms.status;
        rails.write(m, {
          payout: one.payout,
          number: one.number,
          status: terms.status,
          amount,
          asset: order.assetId as Asset,
          otherAmount: terms.otherAmount,
        });
        return {
          expected: 'ok',
          act: async () => w.rail.report(order.key, terms.status, terms.otherAmount ? amount : undefined),
        };
      }),
  );

const stranger = fc.constant(
  new Step('a payment nobody ordered', {}, (m, w) => {
    if (m.taken.length === 0) return null;
    rails.write(m, { payout: null, number: 0, status: 'completed', amount: 0n, asset: 'iso:USD' });
    return { expected: 'ok', act: async () => w.rail.reportStranger() };
  }),
);

/** When clocks in Europe are put forward and back, which no job and no due time may notice. */
const CLOCKS_CHANGE = [2026, 2027, 2028].flatMap((year) => [lastSunday(year, 2), lastSunday(year, 9)]);

function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month + 1, 0, 1);
  return last - new Date(last).getUTCDay() * DAY;
}

const JUMPS: Readonly<Record<string, (now: number) => number>> = {
  'ten minutes': () => 10 * MINUTE,
  'an hour': () => HOUR,
  'five hours': () => 5 * HOUR,
  'thirty hours': () => 30 * HOUR,
  // As long as an approval lasts, and an act waits for its second signature.
  'seventy-two hours': () => 72 * HOUR,
  'eighty hours': () => 80 * HOUR,
  'a month of sleep': () => 31 * DAY,
  'until the nightly jobs': (now) => DAY - ((now - 2 * HOUR) % DAY),
  'until just before the nightly jobs': (now) => DAY - ((now - 2 * HOUR + MINUTE) % DAY),
  'until clocks change': (now) => (CLOCKS_CHANGE.find((at) => at - HOUR > now) ?? now + 2 * HOUR) - HOUR - now,
};

const wait = fc
  .constantFrom(
    'ten minutes',
    'ten minutes',
    'an hour',
    'an hour',
    'five hours',
    'five hours',
    'thirty hours',
    'seventy-two hours',
    'eighty hours',
    'until the nightly jobs',
    'until the nightly jobs',
    'until the nightly jobs',
    'until just before the nightly jobs',
    'until clocks change',
    'a month of sleep',
  )
  .map(
    (name) =>
      new Step('wait', { name }, (m, w) => {
        const ms = JUMPS[name]?.(m.now) ?? HOUR;
        m.now += ms;
        return { expected: 'ok', act: async () => w.t.clock.advance(ms) };
      }),
  );

const resolve = fc
  .record({
    by: person,
    payout: place,
    to: fc.constantFrom<Outcome[]>('completed', 'failed', 'approved', 'cancelled'),
    gone: fc.constantFrom(false, false, false, true),
    agrees: fc.constantFrom(true, true, true, false),
    older: fc.constantFrom(false, false, false, false, false, true),
  })
  .map(
    (terms) =>
      new Step('sign a resolution', terms, (m, w) => {
        const payout = pickFitting(m.payouts, ({ status }) => status === 'quarantined', terms.payout);
        if (!payout) return null;
        const version = terms.older && payout.version > 1 ? payout.version - 1 : payout.version;
        const unknownAttempts = terms.gone ? new Set<number>() : unknownTo(m, payout.index);
        const { by } = terms;
        // What one has signed for it, if anybody has: an act needs two of one mind.
        const to = (terms.agrees ? signedOutcome(m, payout) : null) ?? terms.to;
        return {
          expected: acts.resolve(m, payout, { to, version, by, unknownAttempts }),
          act: async () => {
            w.rail.setReachable(!terms.gone);
            const payoutId = w.idOf('payouts', payout.index);
            try {
              await w.signAct(by, {
                kind: 'resolution',
                payoutId,
                payoutVersion: version,
                to,
                reason: 'asked',
                evidence: 'a letter',
              });
            } finally {
              w.rail.setReachable(true);
            }
          },
        };
      }),
  );

const OUTCOMES: readonly Outcome[] = ['completed', 'failed', 'approved', 'cancelled'];

const signedOutcome = (m: ModelState, { index, version }: PayoutModel): Outcome | null =>
  OUTCOMES.find((to) => m.acts.has(acts.resolutionTerms(index, version, to))) ?? null;

function unknownTo(m: ModelState, payout: number): ReadonlySet<number> {
  const attempts = m.payouts[payout]?.attempts ?? [];
  const taken = m.taken.filter((one) => one.payout === payout).map(({ number }) => number);
  return new Set(attempts.map(({ number }) => number).filter((number) => !taken.includes(number)));
}

const stop = fc
  .record({
    by: person,
    scope: fc.constantFrom('vault', 'rail', 'asset', 'payee'),
    payee,
    target: fc.constantFrom('iso:USD', 'iso:EUR', 'iso:XXX', 'simulated', 'stripe'),
  })
  .map(
    (terms) =>
      new Step('freeze', terms, (m, w) => {
        const { scope, by } = terms;
        const named = scope === 'vault' ? '' : scope === 'payee' ? String(terms.payee) : terms.target;
        const target = scope === 'payee' ? w.payee(terms.payee).payeeId : named;
        return {
          expected: acts.freeze(m, scope, named),
          act: async () => {
            const { id } = await w.as(by, 'freeze.set', (work) => freeze(work, { scope, target, reason: 'a doubt' }));
            w.freezes.push(id);
          },
        };
      }),
  );

const unfreeze = fc.record({ by: person, freeze: place }).map(
  ({ by, freeze: place }) =>
    new Step('sign an unfreezing', { by, place }, (m, w) => {
      const stopped = m.freezes.map((one, index) => ({ one, index })).filter(({ one }) => !one.lifted);
      const index = pick(stopped, place)?.index ?? m.freezes.length - 1;
      // Without one in force there is little to try: now and then is enough.
      if (index < 0 || (stopped.length === 0 && place % 8 !== 7)) return null;
      return {
        expected: acts.unfreeze(m, index, by),
        act: () => w.signAct(by, { kind: 'unfreeze', freezeId: w.idOf('freezes', index), reason: 'looked into' }),
      };
    }),
);

const raiseFence = fc.constant(
  new Step('restored from a backup', {}, (m, w) => {
    m.fencedAt = m.now;
    m.comparedAt = null;
    return { expected: 'ok', act: () => putUpFence(w) };
  }),
);

/** As opening a restored vault does. */
function putUpFence(w: World): Promise<unknown> {
  const at = BigInt(w.t.clock.nowMs());
  return w.t.writer.transaction((tx) =>
    tx.run(sql`update vault set fenced_at_ms = ${at}, fence_reason = 'restored', compared_at_ms = null`),
  );
}

const compareHistory = person.map(
  (by) =>
    new Step('compare', { by }, (m, w) => {
      if (m.fencedAt === null && m.payouts.length % 8 !== 7) return null;
      const terms = { pageSize: 1_000, fromTheStart: false };
      rails.sync(m, terms);
      w.rail.listBy(terms);
      const expected = m.fencedAt === null ? 'fence.not_up' : 'ok';
      if (m.fencedAt !== null) m.comparedAt = m.now;
      return {
        expected,
        first: () => w.sync(),
        act: () => w.as(by, 'fence.compare', (work) => recordComparison(work, { records: 0, quarantined: 0 })),
      };
    }),
);

const liftFence = person.map(
  (by) =>
    new Step('sign the lifting of the fence', { by }, (m, w) => {
      if (m.fencedAt === null && m.payouts.length % 8 !== 7) return null;
      const terms = { fencedAt: m.fencedAt ?? 1, comparedAt: m.comparedAt ?? 1 };
      return {
        expected: acts.liftFence(m, terms, by),
        act: () =>
          w.signAct(by, {
            kind: 'lift_fence',
            fencedAtMs: terms.fencedAt,
            comparedAtMs: terms.comparedAt,
            reason: 'compared',
          }),
      };
    }),
);

export const railSteps = [
  { weight: 13, arbitrary: drive },
  { weight: 9, arbitrary: sync },
  { weight: 7, arbitrary: report },
  { weight: 1, arbitrary: stranger },
  { weight: 14, arbitrary: resolve },
];

export const stopSteps = [
  { weight: 3, arbitrary: stop },
  { weight: 16, arbitrary: unfreeze },
  { weight: 1, arbitrary: raiseFence },
  { weight: 6, arbitrary: compareHistory },
  { weight: 12, arbitrary: liftFence },
];

export const waitSteps = [{ weight: 10, arbitrary: wait }];
