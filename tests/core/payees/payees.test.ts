import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { checkPayeeRows, createPayee, createPayees } from '../../../core/payees/bulk.ts';
import { proposeDestination, retireDestination } from '../../../core/payees/destinations.ts';
import { getPayee } from '../../../core/payees/payees.ts';
import { closePayee, reopenPayee, updatePayee } from '../../../core/payees/upkeep.ts';
import { listPayees, payeeView } from '../../../core/payees/views.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { type AddressCheckers, simulatedAddresses } from '../../../core/rails/address.ts';
import type { Actor } from '../../../core/store/command.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury, USD } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
const checkers: AddressCheckers = new Map([['simulated', simulatedAddresses]]);
const at = (address: string) => ({ rail: 'simulated', address }) as const;

forEachStore((name, open) => {
  const begin = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const viewer = { id: t.ada.actor.id, roles: t.ada.actor.roles };
    return { writer, t, ben, viewer };
  };
  const all = { cursor: undefined, limit: 500 };

  describe('a payee', () => {
    it('has a reference of its own, tags, and what it is owed', async () => {
      const { writer, t, viewer } = await begin();
      const carla = await t.addPayee('Carla');
      await t.request(t.ada, carla, { amountMinor: 700n });
      await t.as(t.ada.actor, (work) =>
        updatePayee(work, { id: carla.id, email: 'carla@example.com', tags: ['vip', 'creator', 'vip'] }),
      );
      expect(await payeeView(writer, viewer, carla.id)).toMatchObject({
        reference: 'P-1',
        email: 'carla@example.com',
        tags: ['creator', 'vip'],
        version: 2,
        owed: [{ assetId: 'iso:USD', assetCode: 'USD', scale: 2, amountMinor: '700' }],
      });
      const again = t.as(t.ada.actor, (work) => createPayee(work, { reference: 'P-1', name: 'Other' }));
      await expect(again).rejects.toMatchObject({ code: 'payee.reference_taken', data: { reference: 'P-1' } });
    });

    it('is not changed by somebody who saw an older version', async () => {
      const { writer, t } = await begin();
      const { id } = await t.addPayee('Carla');
      const change = (version: number, email: string) =>
        t.as(t.ada.actor, (work) => updatePayee(work, { id, version, email }));
      await change(1, 'one@example.com');
      await expect(change(1, 'two@example.com')).rejects.toMatchObject({ code: 'payee.stale', data: { version: 2 } });
      expect(await getPayee(writer, id)).toMatchObject({ email: 'one@example.com', version: 2n });
    });

    it('keeps its name while an approval that names it stands', async () => {
      const { writer, t, ben } = await begin();
      const carla = await t.addPayee('Carla');
      const { id } = await t.request(t.ada, carla);
      await t.approve(ben, id);
      const rename = () => t.as(t.ada.actor, (work) => updatePayee(work, { id: carla.id, name: 'Karla' }));
      await expect(rename()).rejects.toMatchObject({ code: 'payee.name_signed', data: { payouts: 1 } });
      await t.fund(1_000_000n);
      await drivePayouts({ treasury: t.treasury, actor: robot, provider: scriptedProvider() });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'completed' });
      expect(await rename()).toMatchObject({ name: 'Karla' });
    });

    it('is found by name, status, tag, rail and what it is owed', async () => {
      const { writer, t, viewer } = await begin();
      const carla = await t.addPayee('Carla');
      const dora = await t.addPayee('Dora');
      await t.as(t.ada.actor, (work) => updatePayee(work, { id: dora.id, tags: ['seller'] }));
      await t.as(t.ada.actor, (work) => createPayee(work, { reference: 'bare', name: '50% off_' }));
      await t.request(t.ada, carla);
      await t.as(t.ada.actor, (work) => closePayee(work, { id: dora.id, reason: 'moved away' }));
      const found = async (filter: Parameters<typeof listPayees>[2]) =>
        (await listPayees(writer, viewer, filter, all)).items.map((payee) => payee.name).sort();
      expect(await found({})).toEqual(['50% off_', 'Carla', 'Dora']);
      expect(await found({ q: 'CARL' })).toEqual(['Carla']);
      expect(await found({ q: '0% off_' })).toEqual(['50% off_']);
      expect(await found({ q: '%' })).toEqual(['50% off_']);
      expect(await found({ status: 'closed' })).toEqual(['Dora']);
      expect(await found({ tag: 'seller' })).toEqual(['Dora']);
      expect(await found({ rail: 'simulated' })).toEqual(['Carla', 'Dora']);
      expect(await found({ rail: 'stellar' })).toEqual([]);
      expect(await found({ owedIn: 'iso:USD' })).toEqual(['Carla']);
    });

    it('is listed in pages, each payee once', async () => {
      const { writer, t, viewer } = await begin();
      await t.as(t.ada.actor, (work) =>
        createPayees(
          work,
          Array.from({ length: 25 }, (_, index) => ({ reference: `B-${index}`, name: `Payee ${index}` })),
        ),
      );
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listPayees(writer, viewer, {}, { cursor, limit: 10 });
        seen.push(...page.items.map(({ reference }) => reference));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
    });
  });

  describe('a closed payee', () => {
    it('keeps its history, is asked for nothing new, and holds back what was approved', async () => {
      const { writer, t, ben } = await begin();
      const carla = await t.addPayee('Carla');
      await t.fund(1_000_000n);
      const { id } = await t.request(t.ada, carla);
      await t.approve(ben, id);
      const close = () => t.as(t.ada.actor, (work) => closePayee(work, { id: carla.id, reason: 'fraud' }));
      expect(await close()).toMatchObject({ status: 'closed', closedReason: 'fraud' });
      await expect(close()).rejects.toMatchObject({ code: 'payee.closed' });
      await expect(t.request(t.ada, carla)).rejects.toMatchObject({ code: 'payee.closed' });
      const more = t.as(t.ada.actor, (work) =>
        proposeDestination(work, { id: carla.id, destination: at('sim:other') }),
      );
      await expect(more).rejects.toMatchObject({ code: 'payee.closed' });

      const provider = scriptedProvider();
      const drive = () => drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(await drive()).toMatchObject({ started: 0 });
      expect(provider.paid()).toEqual([]);

      await t.as(t.ada.actor, (work) => reopenPayee(work, { id: carla.id, reason: 'it was a mistake' }));
      expect(await drive()).toMatchObject({ started: 1, completed: 1 });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'completed' });
    });

    it('is not reopened when it is not closed', async () => {
      const { t } = await begin();
      const { id } = await t.addPayee('Carla');
      const reopen = t.as(t.ada.actor, (work) => reopenPayee(work, { id, reason: 'why not' }));
      await expect(reopen).rejects.toMatchObject({ code: 'payee.not_closed' });
    });
  });

  describe('many payees at once', () => {
    const row = (index: number, over: object = {}) => ({
      reference: `B-${index}`,
      name: `Payee ${index}`,
      tags: ['import'],
      destination: at(`sim:payee-${index}`),
      ...over,
    });

    it('are added all together with one entry in the audit, or not at all', async () => {
      const { writer, t } = await begin();
      const before = await countOf(writer, 'audit_entries');
      const made = await t.as(t.ada.actor, (work) => createPayees(work, [row(1), row(2), row(3)]));
      expect(made.map(({ reference }) => reference)).toEqual(['B-1', 'B-2', 'B-3']);
      expect(made[0]?.destinations[0]).toMatchObject({ status: 'proposed', proposedBy: t.ada.actor.id });
      expect(await countOf(writer, 'audit_entries')).toBe(before + 1);
      const half = t.as(t.ada.actor, (work) => createPayees(work, [row(4), row(2)]));
      await expect(half).rejects.toMatchObject({ code: 'payee.reference_taken', data: { reference: 'B-2' } });
      const twice = t.as(t.ada.actor, (work) => createPayees(work, [row(5), row(5)]));
      await expect(twice).rejects.toMatchObject({ code: 'payee.reference_taken' });
      expect(await countOf(writer, 'payees')).toBe(3);
      expect(await countOf(writer, 'payee_tags')).toBe(3);
    });

    it('are checked row by row before anything is written', async () => {
      const { writer, t } = await begin();
      await t.as(t.ada.actor, (work) => createPayee(work, row(1)));
      const problems = await checkPayeeRows(
        writer,
        [
          row(1),
          row(2),
          row(2, { destination: null }),
          row(3, { destination: at('SIM:BAD') }),
          row(4, { destination: { rail: 'stripe', address: 'acct_123456789' } }),
          row(5, { destination: { ...at('sim:fine'), memo: { type: 'text', value: 'x' } } }),
        ],
        checkers,
      );
      expect(problems.map((problem) => [problem.row, problem.field, problem.code])).toEqual([
        [0, 'reference', 'payee.reference_taken'],
        [2, 'reference', 'payee.reference_taken'],
        [3, 'address', 'destination.invalid'],
        [4, 'rail', 'rail.unknown'],
        [5, 'memo', 'destination.invalid'],
      ]);
      expect(await countOf(writer, 'payees')).toBe(1);
    });

    it('never share a reference, whoever adds them at the same time', async () => {
      const { writer, t } = await begin();
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, () => t.as(t.ada.actor, (work) => createPayees(work, [row(1), row(2)]))),
      );
      const refused = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
      expect(refused).toEqual(Array.from({ length: 7 }, () => 'payee.reference_taken'));
      expect(await countOf(writer, 'payees')).toBe(2);
    });

    it('come in by the ten thousand', { timeout: 60_000 }, async () => {
      const { writer, t } = await begin();
      const rows = Array.from({ length: 10_000 }, (_, index) => row(index));
      const beganAt = performance.now();
      await t.as(t.ada.actor, (work) => createPayees(work, rows));
      expect(await countOf(writer, 'destinations')).toBe(10_000);
      expect(performance.now() - beganAt, `${name} took too long`).toBeLessThan(20_000);
    });
  });

  describe('a destination', () => {
    it('is not given to a payee twice, but anew once it was retired', async () => {
      const { t } = await begin();
      const { id, destinations } = await t.addPayee('Carla', 'sim:carla');
      const propose = () => t.as(t.ada.actor, (work) => proposeDestination(work, { id, destination: at('sim:carla') }));
      await expect(propose()).rejects.toMatchObject({ code: 'destination.exists' });
      const destinationId = destinations[0]?.id ?? '';
      const retire = () => t.as(t.ada.actor, (work) => retireDestination(work, { destinationId, reason: 'old' }));
      await retire();
      await expect(retire()).rejects.toMatchObject({ code: 'destination.retired' });
      t.clock.advance(1);
      expect((await propose()).destinations.map(({ status }) => status)).toEqual(['retired', 'proposed']);
    });

    it('is paid with its memo, extra id and currency, as they were approved', async () => {
      const { writer, t, ben } = await begin();
      const carla = await t.addPayee('Carla');
      await t.fund(1_000_000n);
      const memo = { type: 'id', value: '18446744073709551615' } as const;
      // No simulated address takes one; what matters here is what a payout carries along.
      await writer.transaction((tx) =>
        tx.run(
          sql`update destinations set memo_type = 'id', memo_value = ${memo.value}, extra_id = 'tag-7', currency = 'xrp'`,
        ),
      );
      const { id } = await t.request(t.ada, carla, { assetId: USD });
      await t.approve(ben, id);
      const provider = scriptedProvider();
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(provider.paid()).toMatchObject([{ memo, extraId: 'tag-7', currency: 'xrp' }]);
      const rows = await writer.db.selectFrom('approvals').select('statement').execute();
      expect(JSON.parse(rows[0]?.statement ?? '')).toMatchObject({
        destination: { memo, extraId: 'tag-7', currency: 'xrp' },
      });
    });

    it('that is retired holds back what was approved for it', async () => {
      const { writer, t, ben } = await begin();
      const carla = await t.addPayee('Carla');
      await t.fund(1_000_000n);
      const { id } = await t.request(t.ada, carla);
      await t.approve(ben, id);
      const destinationId = carla.destinations[0]?.id ?? '';
      await t.as(t.ada.actor, (work) => retireDestination(work, { destinationId, reason: 'stolen' }));
      const provider = scriptedProvider();
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(provider.paid()).toEqual([]);
      expect(await getPayout(writer, id)).toMatchObject({ status: 'approved' });
      await expect(t.request(t.ada, carla)).rejects.toMatchObject({ code: 'destination.retired' });
    });
  });
});

async function countOf(writer: Parameters<typeof getPayee>[0], table: string): Promise<number> {
  const [row] = await writer.rows<{ n: bigint }>(sql`select count(*) as n from ${sql.table(table)}`);
  return Number(row?.n);
}
