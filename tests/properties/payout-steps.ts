/** Steps in the life of payouts. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { reverseTransaction } from '../../core/ledger/reversal.ts';
import { assetId } from '../../core/money/assets.ts';
import { cancelPayout, editPayout, quarantinePayout, rejectPayout, retryPayout } from '../../core/payouts/life.ts';
import { requestPayout } from '../../core/payouts/request.ts';
import { createStatement, deleteStatement } from '../../core/statements/statements.ts';
import * as ledger from './model/ledger.ts';
import * as model from './model/payouts.ts';
import type { ModelState, PayoutModel, Status } from './model/state.ts';
import { Step } from './step.ts';
import type { World } from './world.ts';

const HOUR = 60 * 60 * 1000;
export const person = fc.nat({ max: 3 });
export const payee = fc.nat({ max: 2 });
export const asset = fc.constantFrom('iso:USD' as const, 'iso:USD' as const, 'iso:EUR' as const);
/** Few different ones, so that things meet. */
export const amount = fc.constantFrom(99n, 100n, 1_000n, 1_000n, 2_500n, 10_000n, 49_999n, 50_000n, 75_000n);
/** Null three times out of four. */
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
export const place = fc.nat({ max: 39 });

/** Mostly one of the latest, or long runs would hardly touch anything twice. */
export function pick<T>(list: readonly T[], place: number): T | undefined {
  const within = place < 32 ? Math.min(6, list.length) : list.length;
  return list[list.length - 1 - (place % Math.max(within, 1))];
}

/** Mostly one for which it makes sense; now and then another, which is refused. */
export function pickFitting<T>(list: readonly T[], fits: (one: T) => boolean, place: number): T | undefined {
  return pick(place % 8 === 7 ? list : list.filter(fits), place);
}

const reason = 'a step of a simulation';

const request = fc
  .record({
    by: person,
    payee,
    asset: fc.oneof({ weight: 30, arbitrary: asset }, { weight: 1, arbitrary: fc.constant('iso:XXX' as const) }),
    amount,
    funding: fc.constantFrom('direct' as const, 'direct' as const, 'balance' as const),
    dueInHours: fc.constantFrom(null, null, null, -1, 5, 100),
    statement: sometimes(place),
    ofTheStatement: fc.constantFrom(true, true, false),
    // Of the keys used before, with the same content or with other.
    repeats: fc.constantFrom('no', 'no', 'no', 'no', 'the same', 'other content'),
  })
  .map(
    (terms) =>
      new Step('request', terms, (m, w) => {
        const { by } = terms;
        const earlier =
          terms.repeats === 'no' ? undefined : [...m.requests].findLast(([key]) => key.startsWith('request-'));
        const index =
          terms.statement === null || m.statements.length === 0 ? null : terms.statement % m.statements.length;
        const statement = terms.ofTheStatement && index !== null ? m.statements[index] : undefined;
        const key = earlier?.[0] ?? `request-${m.requests.size}-${m.now}`;
        const wanted: model.RequestTerms =
          terms.repeats === 'the same' && earlier
            ? (JSON.parse(earlier[1].content, (name, value) =>
                name === 'amount' ? BigInt(value) : value,
              ) as model.RequestTerms)
            : {
                payee: statement?.payee ?? terms.payee,
                asset: statement?.asset ?? terms.asset,
                amount: terms.amount,
                funding: terms.funding,
                due: terms.dueInHours === null ? null : m.now + terms.dueInHours * HOUR,
                statement: index,
                reference: `R${m.payouts.length}`,
              };
        const expected = model.request(m, by, key, wanted);
        return {
          expected,
          act: async () => {
            const payout = await w.as(by, 'payout.request', (work) =>
              requestPayout(work, {
                ...w.payee(wanted.payee),
                reference: wanted.reference,
                assetId: assetId(wanted.asset),
                amountMinor: wanted.amount,
                idempotencyKey: key,
                funding: wanted.funding,
                dueAtMs: wanted.due ?? undefined,
                statementId: wanted.statement === null ? undefined : w.idOf('statements', wanted.statement),
              }),
            );
            if (!w.payouts.includes(payout.id)) w.payouts.push(payout.id);
          },
        };
      }),
  );

const edit = fc
  .record({
    by: person,
    payout: place,
    stale: fc.constantFrom(false, false, false, true),
    amount: fc.option(amount, { freq: 2 }),
    asset: sometimes(
      fc.oneof({ weight: 5, arbitrary: asset }, { weight: 1, arbitrary: fc.constant('iso:XXX' as const) }),
    ),
    dueInHours: fc.constantFrom(undefined, undefined, null, 5),
    reference: sometimes(fc.constantFrom('renamed', 'renamed again')),
  })
  .map(
    (terms) =>
      new Step('edit', terms, (m, w) => {
        const payout = pickFitting(m.payouts, ({ status }) => status === 'pending', terms.payout);
        if (!payout) return null;
        const { version } = payout;
        const due = typeof terms.dueInHours === 'number' ? m.now + terms.dueInHours * HOUR : terms.dueInHours;
        const { stale, amount, asset, reference } = terms;
        return {
          expected: model.edit(m, payout, terms.by, { stale, amount, asset, due, reference }),
          act: () =>
            w.as(terms.by, 'payout.edit', (work) =>
              editPayout(work, {
                id: w.idOf('payouts', payout.index),
                version: stale ? version + 1 : version,
                amountMinor: amount ?? undefined,
                assetId: asset === null ? undefined : assetId(asset),
                dueAtMs: due,
                reference: reference ?? undefined,
              }),
            ),
        };
      }),
  );

const approve = fc
  .record({
    by: person,
    payout: place,
    manner: fc.oneof(
      { weight: 12, arbitrary: fc.constant('as it is' as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('of an older revision' as const, 'too late' as const, 'with another key' as const),
      },
    ),
  })
  .map(
    ({ by, payout: place, manner }) =>
      new Step('approve', { by, place, manner }, (m, w) => {
        const payout = pickFitting(m.payouts, ({ status }) => status === 'pending', place);
        if (!payout) return null;
        return { expected: model.approve(m, payout, by, manner), act: () => w.approve(payout.index, by, manner) };
      }),
  );

type Change = (m: ModelState, payout: PayoutModel, by: number) => string;
type UseCase = typeof cancelPayout;

const change = (name: string, fitting: readonly Status[], predict: Change, useCase: UseCase) =>
  fc.record({ by: person, payout: place }).map(
    ({ by, payout: place }) =>
      new Step(name, { by, place }, (m, w) => {
        const payout = pickFitting(m.payouts, ({ status }) => fitting.includes(status), place);
        if (!payout) return null;
        const id = w.idOf('payouts', payout.index);
        return {
          expected: predict(m, payout, by),
          act: () => w.as(by, `payout.${name}`, (work) => useCase(work, { id, reason })),
        };
      }),
  );

const statement = fc
  .record({ by: person, payee, asset, amount, again: fc.constantFrom(false, false, false, true) })
  .map(
    (terms) =>
      new Step('statement', terms, (m, w) => {
        const last = m.statements.at(-1);
        const reference = terms.again && last ? last.reference : `S${m.statements.length}`;
        return {
          expected: ledger.createStatement(m, reference, terms.payee, terms.asset, terms.amount),
          act: async () => {
            const { id } = await w.as(terms.by, 'statement.create', (work) =>
              createStatement(work, {
                reference,
                payeeId: w.payee(terms.payee).payeeId,
                periodFrom: '2026-01-01',
                periodTo: '2026-01-31',
                assetId: assetId(terms.asset),
                lines: [
                  { description: 'Plays', amountMinor: terms.amount + 5n },
                  { description: 'Deduction', amountMinor: -5n },
                ],
              }),
            );
            w.statements.push(id);
          },
        };
      }),
  );

const dropStatement = fc.record({ by: person, statement: place }).map(
  (terms) =>
    new Step('delete statement', terms, (m, w) => {
      if (m.statements.length === 0) return null;
      const index = terms.statement % m.statements.length;
      return {
        expected: ledger.deleteStatement(m, index),
        act: () =>
          w.as(terms.by, 'statement.delete', (work) =>
            deleteStatement(work, { id: w.idOf('statements', index), reason }),
          ),
      };
    }),
);

const reverseDebt = fc.record({ by: person, payout: place, latest: fc.constantFrom(true, true, false) }).map(
  (terms) =>
    new Step('reverse a debt', terms, (m, w) => {
      const over = ({ status, debt }: PayoutModel) => debt !== null && (status === 'cancelled' || status === 'failed');
      const edited = (one: PayoutModel) => over(one) && (terms.latest || one.debts > 1);
      const payout = pickFitting(m.payouts, edited, terms.payout);
      if (!payout?.debt) return null;
      const { revision } = payout;
      // What an edit took the place of is never taken back by itself.
      const earlier = !terms.latest && payout.debts > 1;
      return {
        expected: earlier ? 'ledger.not_reversible' : model.reverseDebt(m, payout),
        act: () => reverseDebtOf(w, terms.by, w.idOf('payouts', payout.index), earlier, revision),
      };
    }),
);

async function reverseDebtOf(w: World, by: number, id: string, earlier: boolean, revision: number): Promise<void> {
  const debts = await w.t.writer.rows<{ id: bigint }>(
    sql`select id from ledger_transactions where payout_id = ${id} and kind = 'obligation' order by id desc`,
  );
  const chosen = earlier ? debts[1 + (revision % (debts.length - 1))] : debts[0];
  await w.as(by, 'ledger.reverse', (work) => reverseTransaction(work, chosen?.id ?? -1n, reason));
}

export const payoutSteps = [
  { weight: 14, arbitrary: request },
  { weight: 5, arbitrary: edit },
  { weight: 16, arbitrary: approve },
  { weight: 2, arbitrary: change('cancel', ['pending', 'approved'], model.cancel, cancelPayout) },
  { weight: 1, arbitrary: change('reject', ['pending', 'approved'], model.cancel, rejectPayout) },
  { weight: 4, arbitrary: change('retry', ['failed'], model.retry, retryPayout) },
  {
    weight: 2,
    arbitrary: change(
      'quarantine',
      ['approved', 'processing', 'completed', 'failed'],
      model.quarantine,
      quarantinePayout,
    ),
  },
  { weight: 2, arbitrary: reverseDebt },
  { weight: 3, arbitrary: statement },
  { weight: 1, arbitrary: dropStatement },
];

/** What makes something owed without a payout. */
export const statementSteps = [{ weight: 7, arbitrary: statement }];

/** What follows from a payout that nobody asked for by name. */
export const approvalSteps = [{ weight: 4, arbitrary: approve }];
