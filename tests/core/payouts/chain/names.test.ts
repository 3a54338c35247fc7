/** A payee who was found by a name is paid at the address that was approved, as long as the name agrees. */
import { afterEach, expect, it } from 'vitest';
import type { ProposedDestination } from '../../../../core/payees/destinations.ts';
import { destinationAt, findAsked } from '../../../../core/payouts/chain/execution.ts';
import { planTransaction } from '../../../../core/payouts/chain/plan.ts';
import type { Resolution } from '../../../../core/rails/address.ts';
import { chainTreasury, everythingFits, HALF_AN_HOUR_S, STROOPS, XLM } from '../../../support/chain-treasury.ts';
import { type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
import { forEachStore } from '../../../support/stores.ts';

const worlds: StellarWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const NAME = 'ana*example.com';

forEachStore((_name, open) => {
  it('is held back when the name stands for somebody else by now, and paid when nobody can say', async () => {
    const world = await stellarWorld();
    worlds.push(world);
    let now: Resolution = { ok: false, why: 'nobody is there' };
    const asked: string[] = [];
    const names = {
      resolve: async (some: readonly string[]) => {
        asked.push(...some);
        return new Map(some.map((name) => [name, now]));
      },
    };
    const t = await chainTreasury(await open(), world, { names });
    const address = world.account('ana', false).publicKey();
    const memo = { type: 'id', value: '7' } as const;
    const payout = await t.approved(address, 2n * STROOPS, { federation: NAME, memo });
    await t.approved(world.account('ben', false).publicKey(), 3n * STROOPS, { memo });
    expect(payout.destination).toMatchObject({ address, federation: NAME });
    const planned = async (found: Resolution) => {
      now = found;
      const plan = await planTransaction(t.desk, { fits: everythingFits, openS: HALF_AN_HOUR_S });
      return { pays: plan.payments.length, held: plan.heldBack.map(({ payout: { id }, why }) => [id, why]) };
    };

    const moved = { pays: 1, held: [[payout.id, 'destination.name_moved']] };
    expect(await planned({ ok: true, address: t.world.account('carl', false).publicKey(), memo })).toEqual(moved);
    expect(await planned({ ok: true, address, memo: { type: 'id', value: '8' } })).toEqual(moved);
    expect(await planned({ ok: true, address, memo })).toEqual({ pays: 2, held: [] });
    // The memo was given beside the name by a person.
    expect(await planned({ ok: true, address, memo: null })).toEqual({ pays: 2, held: [] });
    expect(await planned({ ok: false, why: 'nobody is there' })).toEqual({ pays: 2, held: [] });
    expect(new Set(asked)).toEqual(new Set([NAME]));
  });

  it('stands in what is approved, with what it stood for', async () => {
    const world = await stellarWorld();
    worlds.push(world);
    const t = await chainTreasury(await open(), world);
    const address = world.account('ana', false).publicKey();
    const { id } = await t.approved(address, 2n * STROOPS, { federation: NAME });
    const { statement } = await t.treasury.writer.db
      .selectFrom('approvals')
      .select('statement')
      .where('payout_id', '=', id)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(statement).destination).toMatchObject({ address, federation: NAME });
  });

  it('finds the payout and the destination that another program means by a name', async () => {
    const world = await stellarWorld();
    worlds.push(world);
    const t = await chainTreasury(await open(), world);
    const { writer } = t.treasury;
    const address = world.account('ana', false).publicKey();
    const memo = { type: 'id', value: '7' } as const;
    const payout = await t.approved(address, 2n * STROOPS, { federation: NAME, memo });
    const asked = (to: ProposedDestination) => ({
      reference: payout.reference,
      to,
      assetId: XLM,
      amountMinor: 2n * STROOPS,
    });
    const byName = { rail: 'stellar', address, federation: NAME } as const;
    const { destinationId, payeeId } = payout;

    expect((await findAsked(writer, asked({ ...byName, memo })))?.id).toBe(payout.id);
    expect(await destinationAt(writer, { ...byName, memo })).toEqual({ destinationId, payeeId });
    // A plain account says nothing of memos.
    expect((await findAsked(writer, asked({ rail: 'stellar', address })))?.id).toBe(payout.id);
    expect(await destinationAt(writer, { rail: 'stellar', address })).toEqual({ destinationId, payeeId });
    // The name brings another memo by now, or none: that is somebody else's money.
    for (const to of [byName, { ...byName, memo: { type: 'id' as const, value: '8' } }]) {
      await expect(findAsked(writer, asked(to))).rejects.toMatchObject({ code: 'chain.payout_differs' });
      expect(await destinationAt(writer, to)).toBeNull();
    }
  });
});
