/** Steps of payout schedules, escrow holds, and the placements that both wait for. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { createEscrow, deleteEscrow, editEscrow, endEscrow } from '../../core/escrow-holds/escrow-holds.ts';
import { assetId } from '../../core/money/assets.ts';
import { movePlacement } from '../../core/placements/placements.ts';
import { triggerSchedule } from '../../core/schedules/process.ts';
import { cancelSchedule, createSchedule, deleteSchedule, editSchedule } from '../../core/schedules/write.ts';
import * as model from './model/schedules.ts';
import type { EscrowModel, ModelState, ScheduleModel } from './model/state.ts';
import { amount, asset, payee, person, pick, pickFitting, place } from './payout-steps.ts';
import { Step } from './step.ts';
import type { World } from './world.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const reason = 'a step of a simulation';

const placement = fc.constantFrom('PL-1', 'PL-2', 'PL-3');
/** Of the present moment, in hours; the last is past. */
const inHours = fc.constantFrom(1, 1, 5, 5, 30, 30, 80, 700, -1);
/** In days from today. */
const inDays = fc.constantFrom(0, 1, 3, 40, -2);
const dayIn = (m: ModelState, days: number | null) => (days === null ? null : model.dayOf(m.now + days * DAY));

/** Three of four times as one would ask for it; then again under the same key, with the same content or other. */
const again = fc.constantFrom('no', 'no', 'no', 'no', 'no', 'the same', 'other content');

const writeSchedule = fc
  .record({
    by: person,
    payee,
    asset,
    amount,
    funding: fc.constantFrom('direct' as const, 'direct' as const, 'balance' as const),
    waits: fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ hours: inHours, placement: fc.constantFrom(null, 'PL-1'), days: fc.constant(null) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ hours: fc.constant(null), placement, days: fc.constantFrom(null, 1, 3, 40, -2) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ hours: fc.option(inHours), placement: fc.option(placement), days: fc.option(inDays) }),
      },
    ),
    onGuarantee: fc.constantFrom(undefined, undefined, undefined, undefined, true),
    again,
  })
  .map(
    (terms) =>
      new Step('write a schedule', terms, (m, w) => {
        const earlier = terms.again === 'no' ? undefined : m.schedules.at(-1);
        const key = earlier?.key ?? `schedule-${m.schedules.length}-${m.now}`;
        const { hours, placement, days } = terms.waits;
        const wanted: model.ScheduleTerms =
          earlier && terms.again === 'the same'
            ? readTerms(earlier.content)
            : {
                payee: terms.payee,
                asset: terms.asset,
                amount: terms.amount,
                funding: terms.funding,
                due: hours === null ? null : m.now + hours * HOUR,
                placement,
                onGuarantee: terms.onGuarantee,
                day: dayIn(m, days),
              };
        const reference = earlier?.reference ?? `S${m.schedules.length}`;
        return {
          expected: model.writeSchedule(m, terms.by, key, wanted),
          act: async () => {
            const { id } = await w.as(terms.by, 'payout-schedule.create', (work) =>
              createSchedule(work, {
                ...w.payee(wanted.payee),
                reference,
                assetId: assetId(wanted.asset),
                amountMinor: wanted.amount,
                funding: wanted.funding,
                dueAtMs: wanted.due ?? undefined,
                placementId: wanted.placement ?? undefined,
                onGuarantee: wanted.onGuarantee,
                guaranteeCompletionDate: wanted.day ?? undefined,
                idempotencyKey: key,
              }),
            );
            if (!w.schedules.includes(id)) w.schedules.push(id);
          },
        };
      }),
  );

function readTerms<T extends object>(content: string): T {
  return JSON.parse(content, (name, value) => (name === 'amount' ? BigInt(value) : value)) as T;
}

const live = ({ status, deleted }: ScheduleModel) => !deleted && (status === 'pending' || status === 'failed');

const edit = fc
  .record({
    by: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: person }),
    schedule: place,
    stale: fc.constantFrom(false, false, false, true),
    amount: fc.option(amount, { freq: 2 }),
    hours: fc.option(inHours, { freq: 2 }),
    onGuarantee: fc.constantFrom(false, false, true),
  })
  .map(
    (terms) =>
      new Step('edit a schedule', terms, (m, w) => {
        const one = pickFitting(m.schedules, live, terms.schedule);
        if (!one) return null;
        const { stale, amount } = terms;
        // Mostly whoever wrote it.
        const by = terms.by ?? one.writer;
        const { version } = one;
        const due = terms.hours === null ? null : m.now + terms.hours * HOUR;
        return {
          expected: model.editSchedule(m, one, by, { stale, amount, due, onGuarantee: terms.onGuarantee }),
          act: () =>
            w.as(by, 'payout-schedule.edit', (work) =>
              editSchedule(work, {
                id: w.idOf('schedules', one.index),
                version: stale ? version + 1 : version,
                amountMinor: amount ?? undefined,
                dueAtMs: due ?? undefined,
                onGuarantee: terms.onGuarantee || undefined,
              }),
            ),
        };
      }),
  );

type Ending = (m: ModelState, one: ScheduleModel) => string;

const ending = (name: string, predict: Ending, useCase: (w: World, by: number, id: string) => Promise<unknown>) =>
  fc.record({ by: person, schedule: place }).map(
    ({ by, schedule: place }) =>
      new Step(name, { by, place }, (m, w) => {
        const one = pickFitting(m.schedules, live, place);
        if (!one) return null;
        const id = w.idOf('schedules', one.index);
        return { expected: predict(m, one), act: () => useCase(w, by, id) };
      }),
  );

const hold = fc
  .record({
    by: person,
    payee,
    asset,
    amount: fc.constantFrom(99n, 300n, 300n, 1_000n, 1_000n, 2_500n, 50_000n, 0n),
    placement,
    hours: fc.option(inHours, { freq: 2 }),
    days: fc.constantFrom(null, null, 1, 3, 40),
    again,
  })
  .map(
    (terms) =>
      new Step('hold in escrow', terms, (m, w) => {
        const earlier = terms.again === 'no' ? undefined : m.escrows.at(-1);
        const key = earlier?.key ?? `escrow-${m.escrows.length}-${m.now}`;
        const wanted: model.EscrowTerms =
          earlier && terms.again === 'the same'
            ? readTerms(earlier.content)
            : {
                payee: terms.payee,
                asset: terms.asset,
                amount: terms.amount,
                placement: terms.placement,
                release: terms.hours === null ? null : m.now + terms.hours * HOUR,
                day: dayIn(m, terms.days),
              };
        return {
          expected: model.holdInEscrow(m, key, wanted),
          act: async () => {
            const { id } = await w.as(terms.by, 'escrow-hold.create', (work) =>
              createEscrow(work, {
                reference: 'a hold',
                placementId: wanted.placement,
                payeeId: w.payee(wanted.payee).payeeId,
                assetId: assetId(wanted.asset),
                amountMinor: wanted.amount,
                releaseAtMs: wanted.release ?? undefined,
                guaranteeCompletionDate: wanted.day ?? undefined,
                idempotencyKey: key,
              }),
            );
            if (!w.escrows.includes(id)) w.escrows.push(id);
          },
        };
      }),
  );

const active = ({ status }: EscrowModel) => status === 'active';

const editHold = fc
  .record({
    by: person,
    escrow: place,
    stale: fc.constantFrom(false, false, false, true),
    hours: fc.constantFrom(undefined, null, 5, 30, -1),
    onGuarantee: fc.constantFrom(undefined, undefined, true),
  })
  .map(
    (terms) =>
      new Step('edit an escrow hold', terms, (m, w) => {
        const one = pickFitting(m.escrows, active, terms.escrow);
        if (!one) return null;
        const { stale, hours, onGuarantee } = terms;
        const { version } = one;
        const release = typeof hours === 'number' ? m.now + hours * HOUR : hours;
        return {
          expected: model.editEscrow(m, one, { stale, release, onGuarantee }),
          act: () =>
            w.as(terms.by, 'escrow-hold.edit', (work) =>
              editEscrow(work, {
                id: w.idOf('escrows', one.index),
                version: stale ? version + 1 : version,
                releaseAtMs: release,
                onGuarantee,
              }),
            ),
        };
      }),
  );

const endHold = fc
  .record({ by: person, escrow: place, end: fc.constantFrom('release' as const, 'cancel' as const) })
  .map(
    (terms) =>
      new Step('end an escrow hold', terms, (m, w) => {
        const one = pickFitting(m.escrows, active, terms.escrow);
        if (!one) return null;
        const { end } = terms;
        const id = w.idOf('escrows', one.index);
        return {
          expected: model.endEscrow(m, one, end),
          act: () => w.as(terms.by, 'escrow-hold.end', (work) => endEscrow(work, { id, end, reason })),
        };
      }),
  );

const deleteHold = fc.record({ by: person, escrow: place }).map(
  (terms) =>
    new Step('delete an escrow hold', terms, (m, w) => {
      const one = pick(m.escrows, terms.escrow);
      if (!one) return null;
      const id = w.idOf('escrows', one.index);
      return {
        expected: model.deleteEscrow(one),
        act: () => w.as(terms.by, 'escrow-hold.delete', (work) => deleteEscrow(work, { id, reason })),
      };
    }),
);

const move = fc.record({ by: person, placement, days: inDays }).map(
  (terms) =>
    new Step('move a placement', terms, (m, w) => {
      const day = model.dayOf(m.now + terms.days * DAY);
      const { placement: placementId } = terms;
      return {
        expected: model.movePlacement(m, placementId, day),
        act: () =>
          w.as(terms.by, 'placement.move', (work) =>
            movePlacement(work, { placementId, guaranteeCompletionDate: day, reason }),
          ),
      };
    }),
);

/** For a while nothing can be asked for there: schedules are refused, tried again, and given up. */
const retire = fc.record({ payee, comesBack: fc.boolean() }).map(
  (terms) =>
    new Step('a destination goes or comes back', terms, (m, w) => {
      const back = terms.comesBack;
      const who = back ? ([...m.retired][0] ?? null) : terms.payee;
      if (who === null || (!back && m.retired.has(who))) return null;
      if (back) m.retired.delete(who);
      else m.retired.add(who);
      const { destinationId } = w.payee(who);
      const [status, at] = back ? ['confirmed', null] : ['retired', 1n];
      return {
        expected: 'ok',
        act: () =>
          w.t.writer.transaction((tx) =>
            tx.run(sql`update destinations set status = ${status}, retired_at_ms = ${at} where id = ${destinationId}`),
          ),
      };
    }),
);

export const scheduleSteps = [
  { weight: 8, arbitrary: writeSchedule },
  { weight: 3, arbitrary: edit },
  {
    weight: 1,
    arbitrary: ending(
      'cancel a schedule',
      (_, one) => model.cancelSchedule(one),
      (w, by, id) => w.as(by, 'payout-schedule.cancel', (work) => cancelSchedule(work, { id, reason })),
    ),
  },
  {
    weight: 1,
    arbitrary: ending(
      'delete a schedule',
      (_, one) => model.deleteSchedule(one),
      (w, by, id) => w.as(by, 'payout-schedule.delete', (work) => deleteSchedule(work, { id, reason })),
    ),
  },
  {
    weight: 4,
    arbitrary: ending('trigger a schedule', model.trigger, (w, by, id) => triggerSchedule(w.driver(by), { id })),
  },
  { weight: 5, arbitrary: hold },
  { weight: 2, arbitrary: editHold },
  { weight: 2, arbitrary: endHold },
  { weight: 1, arbitrary: deleteHold },
  { weight: 3, arbitrary: move },
  { weight: 4, arbitrary: retire },
];
