import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../../core/audit/verify.ts';
import { createPayees } from '../../../core/payees/bulk.ts';
import { confirmDestinations, confirmInSandbox } from '../../../core/payees/confirm.ts';
import { refuseCoolingOff } from '../../../core/payees/cool-off.ts';
import { proposeDestination } from '../../../core/payees/destinations.ts';
import { refuseUnpayable } from '../../../core/payees/payable.ts';
import { getDestination, getPayee } from '../../../core/payees/payees.ts';
import { readSafeguards } from '../../../core/payees/safeguards.ts';
import { listPayees, waitingDestinations } from '../../../core/payees/views.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import type { Actor } from '../../../core/store/command.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, type TestTreasury, testTreasury } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
const HOUR_MS = 3_600_000;
const viewerOf = ({ actor }: Person) => ({ id: actor.id, roles: actor.roles });

const coolOff = (t: TestTreasury, value: number) =>
  t.govern({ kind: 'setting', setting: { name: 'cool_off_ms', value } });

async function proposed(t: TestTreasury, by: Person, ...addresses: readonly string[]) {
  const payees = await t.as(by.actor, (work) =>
    createPayees(
      work,
      addresses.map((address) => ({ reference: address, name: address, destination: { rail: 'simulated', address } })),
    ),
  );
  return { payees, ids: payees.flatMap(({ destinations }) => destinations.map(({ id }) => id)) };
}

forEachStore((_name, open) => {
  const begin = async (network: 'sandbox' | 'live' = 'sandbox') => {
    const writer = await open();
    const t = await testTreasury(writer, { network });
    const confirm = (who: Person, ids: readonly string[]) => t.as(who.actor, (work) => confirmDestinations(work, ids));
    return { writer, t, confirm };
  };

  describe('confirming destinations', () => {
    it('takes another person wherever there is one', async () => {
      const { writer, t, confirm } = await begin();
      const ben = await t.addPerson('Ben', ['approver']);
      const { ids } = await proposed(t, t.ada, 'sim:carla');
      await expect(confirm(t.ada, ids)).rejects.toMatchObject({ code: 'destination.own_proposal' });
      expect(await confirm(ben, ids)).toEqual({ confirmed: 1, usableFromMs: t.clock.nowMs() });
      expect(await getDestination(writer, ids[0] ?? '')).toMatchObject({
        status: 'confirmed',
        confirmedBy: ben.actor.id,
      });
      await expect(confirm(ben, ids)).rejects.toMatchObject({ code: 'destination.not_proposed' });
    });

    it('of one’s own is for somebody alone in a sandbox, and never where there is real money', async () => {
      const { t, confirm } = await begin();
      await t.addPerson('Aud', ['auditor', 'admin']);
      const one = await proposed(t, t.ada, 'sim:one');
      await confirm(t.ada, one.ids);
      const real = await begin('live');
      const two = await proposed(real.t, real.t.ada, 'sim:two');
      await expect(real.confirm(real.t.ada, two.ids)).rejects.toMatchObject({ code: 'destination.own_proposal' });
      const around = real.t.as(real.t.ada.actor, (work) => confirmInSandbox(work, two.ids));
      await expect(around).rejects.toMatchObject({ code: 'sandbox.only' });
    });

    it('is never done by a job', async () => {
      const { t } = await begin();
      const { ids } = await proposed(t, t.ada, 'sim:carla');
      await expect(t.as(robot, (work) => confirmDestinations(work, ids))).rejects.toThrow('confirmed by people');
    });

    it('is done for all of them or none, with one entry in the audit', async () => {
      const { writer, t, confirm } = await begin();
      const ben = await t.addPerson('Ben', ['operator']);
      const { ids } = await proposed(t, t.ada, ...Array.from({ length: 300 }, (_, index) => `sim:payee-${index}`));
      const missing = ids.with(7, `dst_${'0'.repeat(25)}` as never);
      await expect(confirm(ben, missing)).rejects.toMatchObject({ code: 'destination.unknown' });
      const first = await waitingDestinations(writer, viewerOf(ben), {}, { cursor: undefined, limit: 1 });
      expect(first.counts).toEqual({ total: 300, lookAlikes: 0, hits: 0 });
      const cursor = first.nextCursor ?? undefined;
      expect((await waitingDestinations(writer, viewerOf(ben), {}, { cursor, limit: 1 })).counts).toBeNull();
      const before = await writer.db.selectFrom('audit_entries').select('seq').execute();
      expect(await confirm(ben, ids)).toMatchObject({ confirmed: 300 });
      const after = await writer.db.selectFrom('audit_entries').selectAll().orderBy('seq').execute();
      expect(after.length).toBe(before.length + 1);
      expect(after.at(-1)?.details).toMatch(/"sha256":"[0-9a-f]{64}"/);
      expect(await verifyChain(writer)).toMatchObject({ valid: true });
    });

    it('by two people at the same moment is done once', async () => {
      const { t, confirm } = await begin();
      const ben = await t.addPerson('Ben', ['operator']);
      const cem = await t.addPerson('Cem', ['approver']);
      const { ids } = await proposed(t, t.ada, 'sim:one', 'sim:two', 'sim:three');
      const tries = await Promise.allSettled([confirm(ben, ids), confirm(cem, [...ids].reverse())]);
      expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'destination.not_proposed' },
      });
    });

    it('retires the destination that the new one takes the place of', async () => {
      const { writer, t, confirm } = await begin();
      const ben = await t.addPerson('Ben', ['operator']);
      const carla = await t.addPayee('Carla', 'sim:old');
      const replaces = carla.destinations[0]?.id ?? '';
      t.clock.advance(1);
      const { destinations } = await t.as(t.ada.actor, (work) =>
        proposeDestination(work, { id: carla.id, destination: { rail: 'simulated', address: 'sim:new' }, replaces }),
      );
      expect(destinations.map(({ status }) => status)).toEqual(['confirmed', 'proposed']);
      await confirm(ben, [destinations[1]?.id ?? '']);
      expect((await getPayee(writer, carla.id)).destinations.map(({ status }) => status)).toEqual([
        'retired',
        'confirmed',
      ]);
    });

    it('shows each person what waits for them, and why they may not', async () => {
      const { writer, t } = await begin();
      const ben = await t.addPerson('Ben', ['approver']);
      const aud = await t.addPerson('Aud', ['auditor']);
      await proposed(t, t.ada, 'sim:carla');
      const seenBy = async (who: Person) => {
        const { items } = await waitingDestinations(writer, viewerOf(who), {}, { cursor: undefined, limit: 10 });
        return items.map(({ mayConfirm, whyNot, payee }) => [payee.name, mayConfirm, whyNot]);
      };
      expect(await seenBy(ben)).toEqual([['sim:carla', true, null]]);
      expect(await seenBy(t.ada)).toEqual([['sim:carla', false, 'You proposed it; somebody else confirms it.']]);
      expect(await seenBy(aud)).toEqual([['sim:carla', false, 'Operators and approvers confirm destinations.']]);
    });
  });

  describe('the rest after a confirmation', () => {
    const resting = async () => {
      const { writer, t, confirm } = await begin('live');
      const ben = await t.addPerson('Ben', ['operator', 'approver']);
      await t.fund(1_000_000n);
      const { payees, ids } = await proposed(t, t.ada, 'sim:carla');
      const payee = payees[0];
      if (!payee) throw new Error('A payee was added');
      const provider = scriptedProvider();
      const drive = () => drivePayouts({ treasury: t.treasury, actor: robot, provider });
      return { writer, t, ben, payee, ids, confirm, provider, drive };
    };

    it('holds back the payment for four hours, not the request and not the approval', async () => {
      const { writer, t, ben, payee, ids, confirm, provider, drive } = await resting();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      expect(await drive()).toMatchObject({ started: 0 });
      const payout = await getPayout(writer, id);
      const refusal = () => refuseUnpayable(writer, payout, t.clock.nowMs());
      await expect(refusal()).rejects.toMatchObject({ code: 'destination.not_confirmed' });

      const { usableFromMs } = await confirm(ben, ids);
      expect(usableFromMs).toBe(t.clock.nowMs() + 4 * HOUR_MS);
      t.clock.advance(4 * HOUR_MS - 1);
      expect(await drive()).toMatchObject({ started: 0 });
      await expect(refusal()).rejects.toMatchObject({ code: 'destination.cooling_off', data: { usableFromMs } });
      expect(provider.paid()).toEqual([]);

      t.clock.advance(1);
      expect(await drive()).toMatchObject({ started: 1, completed: 1 });
    });

    it('leaves no refusals behind while it lasts, and does not hold up others', async () => {
      const { writer, t, ben, payee, ids, confirm, provider, drive } = await resting();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      t.clock.advance(1);
      const [rested] = (await proposed(t, t.ada, 'sim:rested')).payees;
      if (!rested) throw new Error('A payee was added');
      await coolOff(t, 0);
      await confirm(
        ben,
        rested.destinations.map((destination) => destination.id),
      );
      await coolOff(t, 4 * HOUR_MS);
      await confirm(ben, ids);
      const other = await t.request(t.ada, rested);
      await t.approve(ben, other.id);
      expect(await drive()).toMatchObject({ started: 1 });
      expect(provider.paid()).toMatchObject([{ payoutId: other.id }]);
      const refused = await writer.db
        .selectFrom('audit_entries')
        .select('action')
        .where('outcome', '=', 'refused')
        .execute();
      expect(refused).toEqual([]);
    });

    it('is not shortened by a setting changed after it began', async () => {
      const { writer, t, ben, ids, confirm } = await resting();
      await confirm(ben, ids);
      await coolOff(t, 0);
      const still = refuseCoolingOff(writer, { destinationId: ids[0] ?? '' }, t.clock.nowMs());
      await expect(still).rejects.toMatchObject({ code: 'destination.cooling_off' });
    });

    it('is nothing in a sandbox, four hours elsewhere, and what an admin sets, with both values in the audit', async () => {
      const sandbox = await begin();
      expect(await readSafeguards(sandbox.writer)).toEqual({ coolOffMs: 0, screening: 'off' });
      const { writer, t } = await begin('live');
      expect(await readSafeguards(writer)).toEqual({ coolOffMs: 4 * HOUR_MS, screening: 'off' });
      await coolOff(t, HOUR_MS);
      await t.govern({ kind: 'setting', setting: { name: 'screening', value: 'deny_list' } });
      expect(await readSafeguards(writer)).toEqual({ coolOffMs: HOUR_MS, screening: 'deny_list' });
      const rows = await writer.db
        .selectFrom('audit_entries')
        .select('details')
        .where('action', '=', 'setting.change')
        .execute();
      expect(rows.map(({ details }) => JSON.parse(details))).toMatchObject([
        { before: { coolOffMs: 4 * HOUR_MS, screening: 'off' }, after: { coolOffMs: HOUR_MS, screening: 'off' } },
        { before: { coolOffMs: HOUR_MS, screening: 'off' }, after: { coolOffMs: HOUR_MS, screening: 'deny_list' } },
      ]);
    });
  });

  describe('addresses that look alike', () => {
    const KNOWN = 'sim:abcd-first-of-them-wxyz';
    const lookAlikes = async (writer: Writer, t: TestTreasury) => {
      const { items } = await listPayees(writer, viewerOf(t.ada), {}, { cursor: undefined, limit: 100 });
      return Object.fromEntries(
        items.map(({ name, destinations }) => [name, destinations.map(({ lookAlikeOf }) => lookAlikeOf?.name ?? null)]),
      );
    };

    it('are flagged with the known address they look like', async () => {
      const { writer, t } = await begin();
      await proposed(t, t.ada, KNOWN);
      await proposed(t, t.ada, 'sim:abcd-quite-another-wxyz', 'sim:abcd-ends-otherwise', 'sim:starts-otherwise-wxyz');
      expect(await lookAlikes(writer, t)).toEqual({
        [KNOWN]: [null],
        'sim:abcd-quite-another-wxyz': [KNOWN],
        'sim:abcd-ends-otherwise': [null],
        'sim:starts-otherwise-wxyz': [null],
      });
    });

    it('are flagged among those that come together, and the count of them is shown', async () => {
      const { writer, t } = await begin();
      await proposed(t, t.ada, 'sim:abcd-one-wxyz', 'sim:abcd-two-wxyz', 'sim:else-three-wxyz');
      expect(await lookAlikes(writer, t)).toEqual({
        'sim:abcd-one-wxyz': ['sim:abcd-two-wxyz'],
        'sim:abcd-two-wxyz': ['sim:abcd-one-wxyz'],
        'sim:else-three-wxyz': [null],
      });
      const waiting = await waitingDestinations(writer, viewerOf(t.ada), {}, { cursor: undefined, limit: 1 });
      expect(waiting.counts).toEqual({ total: 3, lookAlikes: 2, hits: 0 });
    });

    it('are not those that are the same, too short to be mistaken, or on another rail', async () => {
      const { writer, t } = await begin();
      await proposed(t, t.ada, KNOWN, 'sim:abcdwxyz');
      await t.as(t.ada.actor, (work) =>
        createPayees(work, [
          { reference: 'same', name: 'same', destination: { rail: 'simulated', address: KNOWN } },
          { reference: 'short', name: 'short', destination: { rail: 'simulated', address: 'sim:abcd-wxyz' } },
          { reference: 'rail', name: 'rail', destination: { rail: 'stripe', address: 'acct_abcd0000000wxyz' } },
        ]),
      );
      expect(Object.values(await lookAlikes(writer, t)).flat()).toEqual([null, null, null, null, null]);
    });

    it('are found quickly among very many of one kind', async () => {
      const { writer, t } = await begin();
      await t.as(t.ada.actor, (work) =>
        createPayees(
          work,
          Array.from({ length: 5_000 }, (_, index) => ({
            reference: `S-${index}`,
            name: `S-${index}`,
            // One address for all but the last: the worst that an import can bring.
            destination: { rail: 'simulated', address: index === 4_999 ? 'sim:abcd-the-other-wxyz' : KNOWN },
          })),
        ),
      );
      const [row] = await writer.rows<{ flagged: bigint }>(
        sql`select count(*) as flagged from destinations where look_alike_of is not null`,
      );
      expect(row?.flagged).toBe(5_000n);
    });
  });
});
