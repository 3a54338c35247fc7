import { describe, expect, it } from 'vitest';
import { createPayee } from '../../../core/payees/bulk.ts';
import { confirmDestinations } from '../../../core/payees/confirm.ts';
import { refuseUnpayable } from '../../../core/payees/payable.ts';
import type { PayeeRecord } from '../../../core/payees/payees.ts';
import { rescreened, rescreenSubjects } from '../../../core/payees/rescreen.ts';
import { type ScreeningPort, screenAll, screeningFactsFor, subjectsOf } from '../../../core/payees/screening.ts';
import { updatePayee } from '../../../core/payees/upkeep.ts';
import { payeeView } from '../../../core/payees/views.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import type { Actor } from '../../../core/store/command.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { TEST_START_MS, testTreasury } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
const LIST_HASH = 'ab'.repeat(32);

/** A list of these; `away` when nobody can read it. */
function listOf(denied: readonly string[], away = false): ScreeningPort & { asked: number } {
  const port = {
    asked: 0,
    async screen(subjects: Parameters<ScreeningPort['screen']>[0]) {
      port.asked += subjects.length;
      return subjects.map(({ text }) => ({
        status: away ? ('error' as const) : denied.includes(text) ? ('hit' as const) : ('clear' as const),
        list: 'test list',
        listHash: LIST_HASH,
        match: away ? 'away' : denied.includes(text) ? text : null,
        atMs: TEST_START_MS,
      }));
    },
  };
  return port;
}

forEachStore((_name, open) => {
  const begin = async (switchedOn = true) => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver', 'operator']);
    await t.fund(1_000_000n);
    if (switchedOn) await t.govern({ kind: 'setting', setting: { name: 'screening', value: 'deny_list' } });
    const destination = { rail: 'simulated', address: 'sim:carla' } as const;
    const add = async (port: ScreeningPort): Promise<PayeeRecord> => {
      const screened = await screenAll(writer, port, subjectsOf([{ name: 'Carla' }], [destination]));
      const row = { reference: 'C', name: 'Carla', destination };
      const payee = await t.as(t.ada.actor, (work) => createPayee(work, row, screened));
      await t.as(ben.actor, (work) =>
        confirmDestinations(
          work,
          payee.destinations.map(({ id }) => id),
          screened,
        ),
      );
      return payee;
    };
    const approved = async (payee: PayeeRecord) => {
      const { id } = await t.request(t.ada, payee);
      return t.approve(ben, id);
    };
    const rescreen = async (port: ScreeningPort) => {
      const { payees, destinations } = await rescreenSubjects(writer);
      const screened = await screenAll(writer, port, subjectsOf(payees, destinations));
      return t.as(t.ada.actor, (work) => rescreened(work, screened));
    };
    const provider = scriptedProvider();
    const drive = () => drivePayouts({ treasury: t.treasury, actor: robot, provider });
    const refusal = (payout: Parameters<typeof refuseUnpayable>[1]) => refuseUnpayable(writer, payout, t.clock.nowMs());
    return { writer, t, ben, add, approved, rescreen, provider, drive, refusal };
  };

  describe('screening', () => {
    it('lets pay who is clear, and keeps what the list said as a fact of the payout', async () => {
      const { writer, t, add, approved, drive } = await begin();
      const payout = await approved(await add(listOf([])));
      const clear = { status: 'clear', list: 'test list', listHash: LIST_HASH, match: null, atMs: TEST_START_MS };
      expect(await screeningFactsFor(writer, payout)).toEqual({ payee: clear, destination: clear });
      expect(await drive()).toMatchObject({ completed: 1 });
      const view = await payeeView(writer, t.ada.staff, payout.payeeId);
      expect(view.screening).toEqual({ status: 'clear', list: 'test list', match: null, atMs: TEST_START_MS });
    });

    it.each([
      ['a name', 'Carla', 'payee:'],
      ['an address', 'sim:carla', 'destination:'],
    ])('flags a hit on %s and holds the payment back', async (_what, denied, subject) => {
      const { writer, t, add, approved, drive, provider, refusal } = await begin();
      const payee = await add(listOf([denied]));
      const payout = await approved(payee);
      await drive();
      expect(provider.paid()).toEqual([]);
      await expect(refusal(payout)).rejects.toMatchObject({
        code: 'screening.hit',
        data: { subject: expect.stringContaining(subject), list: 'test list', match: denied },
      });
      const view = await payeeView(writer, t.ada.staff, payee.id);
      expect([view.screening?.status, view.destinations[0]?.screening?.status]).toEqual(
        denied === 'Carla' ? ['hit', 'clear'] : ['clear', 'hit'],
      );
    });

    it('still holds a hit back after it was switched off', async () => {
      const { t, add, approved, drive, provider } = await begin();
      await approved(await add(listOf(['Carla'])));
      await t.govern({ kind: 'setting', setting: { name: 'screening', value: 'off' } });
      await drive();
      expect(provider.paid()).toEqual([]);
    });

    it('pays nobody whom it could not look up', async () => {
      const { writer, add, approved, drive, provider, refusal } = await begin();
      const payout = await approved(await add(listOf([], true)));
      await drive();
      const refused = await writer.db
        .selectFrom('audit_entries')
        .select('seq')
        .where('outcome', '=', 'refused')
        .execute();
      expect(refused, 'nothing is tried that cannot start').toEqual([]);
      expect(provider.paid()).toEqual([]);
      await expect(refusal(payout)).rejects.toMatchObject({ code: 'screening.unavailable', data: { why: 'away' } });
    });

    it('pays nobody who was there before it was switched on, until they are looked up again', async () => {
      const { t, add, approved, rescreen, drive, refusal } = await begin(false);
      const port = listOf([]);
      const payout = await approved(await add(port));
      expect(port.asked).toBe(0);
      await t.govern({ kind: 'setting', setting: { name: 'screening', value: 'deny_list' } });
      await expect(refusal(payout)).rejects.toMatchObject({ code: 'screening.unavailable' });
      expect(await rescreen(port)).toEqual({ screened: 2, hits: 0, errors: 0, list: 'test list' });
      expect(await drive()).toMatchObject({ completed: 1 });
    });

    it('finds who came onto the list since', async () => {
      const { add, approved, rescreen, drive, provider, refusal } = await begin();
      const payout = await approved(await add(listOf([])));
      expect(await rescreen(listOf(['sim:carla']))).toMatchObject({ screened: 2, hits: 1, errors: 0 });
      await expect(refusal(payout)).rejects.toMatchObject({ code: 'screening.hit' });
      await drive();
      expect(provider.paid()).toEqual([]);
    });

    it('does not take an answer about one name for another', async () => {
      const { writer, t, add } = await begin();
      const payee = await add(listOf([]));
      const about = await screenAll(writer, listOf(['Dora']), subjectsOf([{ name: 'Dora' }], []));
      await t.as(t.ada.actor, (work) => updatePayee(work, { id: payee.id, name: 'Eve' }, about));
      expect((await payeeView(writer, t.ada.staff, payee.id)).screening).toBeNull();
    });

    it('keeps a hit through a change of name that nobody looked up', async () => {
      const { writer, t, add } = await begin();
      const payee = await add(listOf(['Carla']));
      await t.as(t.ada.actor, (work) => updatePayee(work, { id: payee.id, name: 'Eve' }));
      expect((await payeeView(writer, t.ada.staff, payee.id)).screening).toMatchObject({
        status: 'hit',
        match: 'Carla',
      });
    });

    it('is refused a new look while it is off', async () => {
      const { rescreen } = await begin(false);
      await expect(rescreen(listOf([]))).rejects.toMatchObject({ code: 'screening.off' });
    });
  });
});
