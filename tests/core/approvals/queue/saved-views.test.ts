import { describe, expect, it } from 'vitest';
import { deleteView, renameView, savedViewsOf, saveView } from '../../../../core/approvals/queue/saved-views.ts';
import { SAVED_VIEWS_MAX } from '../../../../core/contract/queue.ts';
import { forEachStore } from '../../../support/stores.ts';
import { type Person, testTreasury } from '../../../support/treasury.ts';

forEachStore((_name, open) => {
  describe('a saved view', () => {
    const start = async () => {
      const writer = await open();
      const t = await testTreasury(writer);
      const ben = await t.addPerson('Ben', ['approver']);
      const save = (who: Person, name: string) =>
        t.as(who.actor, (work) =>
          saveView(work, { name, filter: { rail: 'stripe', q: 'acme' }, order: { sort: 'amount', order: 'desc' } }),
        );
      return { writer, t, ben, save };
    };

    it('is kept under its name for the person who saved it, with its filters and order', async () => {
      const { writer, t, ben, save } = await start();
      await save(ben, 'Large ones');
      expect(await savedViewsOf(writer, ben.staff.id)).toMatchObject([
        { name: 'Large ones', filter: { rail: 'stripe', q: 'acme' }, order: { sort: 'amount', order: 'desc' } },
      ]);
      expect(await savedViewsOf(writer, t.ada.staff.id)).toEqual([]);
    });

    it('has a name of its own, however that is spelled', async () => {
      const { t, ben, save } = await start();
      const { id } = await save(ben, 'Large ones');
      await save(t.ada, 'Large ones');
      await expect(save(ben, 'LARGE ones ')).rejects.toMatchObject({ code: 'saved_view.name_taken' });
      const { id: other } = await save(ben, 'Small ones');
      const rename = (name: string) => t.as(ben.actor, (work) => renameView(work, { id: other, name }));
      await expect(rename('large ones')).rejects.toMatchObject({ code: 'saved_view.name_taken' });
      expect(await rename('SMALL ones')).toMatchObject({ id: other, name: 'SMALL ones' });
      expect(id).not.toBe(other);
    });

    it('is nobody else’s to rename or delete', async () => {
      const { writer, t, ben, save } = await start();
      const { id } = await save(ben, 'Mine');
      const asAda = t.ada.actor;
      await expect(t.as(asAda, (work) => renameView(work, { id, name: 'Hers' }))).rejects.toMatchObject({
        code: 'saved_view.unknown',
      });
      await expect(t.as(asAda, (work) => deleteView(work, { id }))).rejects.toMatchObject({
        code: 'saved_view.unknown',
      });
      await t.as(ben.actor, (work) => deleteView(work, { id }));
      expect(await savedViewsOf(writer, ben.staff.id)).toEqual([]);
    });

    it('is one of fifty at most', async () => {
      const { ben, save } = await start();
      for (let index = 0; index < SAVED_VIEWS_MAX; index += 1) await save(ben, `View ${index}`);
      await expect(save(ben, 'One more')).rejects.toMatchObject({ code: 'saved_view.too_many' });
    });
  });
});
