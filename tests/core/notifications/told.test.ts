/** Who is told what: by rules, by what waits for them, once, and without noise. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { purgeOutbox } from '../../../core/events/followers.ts';
import { followEvents, NOTIFIER } from '../../../core/notifications/follow.ts';
import { RULES, SETTLED_BY } from '../../../core/notifications/rules.ts';
import { markRead, unreadOf } from '../../../core/notifications/views.ts';
import { KINDS_SAID, say } from '../../../core/notifications/words/en.ts';
import { updatePayee } from '../../../core/payees/upkeep.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { freeze } from '../../../core/payouts/freezes.ts';
import type { Treasury } from '../../../core/store/command.ts';
import { atOnce } from '../../support/at-once.ts';
import { follow, prefer, titles, toldTo } from '../../support/notified.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury } from '../../support/treasury.ts';

const HOUR_MS = 3_600_000;
const robot = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] } as const;

it('every rule, and everything that settles one, has its words', () => {
  const kinds = [...RULES.map(({ kind }) => kind), ...Object.values(SETTLED_BY).flat()];
  expect(kinds.filter((kind) => !KINDS_SAID.includes(kind))).toEqual([]);
});

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const olga = await t.addPerson('Olga', ['operator']);
    const [ben, cora] = [await t.addPerson('Ben', ['approver']), await t.addPerson('Cora', ['approver'])];
    const payee = await t.addPayee('Nina');
    await t.fund(1_000_000n);
    await follow(t);
    return { writer, t, olga, ben, cora, payee };
  };

  describe('what waits', () => {
    it('is told to whoever is asked, as one notice that counts, and settles by itself', async () => {
      const { t, olga, ben, cora, payee } = await start();
      const payouts = [await t.request(olga, payee), await t.request(olga, payee)];
      await follow(t);
      const last = await t.request(olga, payee);
      await follow(t);
      expect(await titles(t, ben)).toEqual(['3 payouts wait for your approval']);
      expect(await titles(t, cora)).toEqual(['3 payouts wait for your approval']);
      expect(await titles(t, olga)).toEqual([]);
      for (const { id } of payouts) await t.approve(ben, id);
      await follow(t);
      // Whom others were quicker for has less to do, too.
      expect(await titles(t, ben)).toEqual(['A payout waits for your approval']);
      expect(await titles(t, cora)).toEqual(['A payout waits for your approval']);
      await t.approve(cora, last.id);
      await follow(t);
      expect(await titles(t, ben)).toEqual([]);
      expect(await titles(t, ben, false)).toEqual(['A payout waits for your approval']);
    });

    it('is told anew to whoever has read it, only when something new asks them', async () => {
      const { writer, t, olga, ben, cora, payee } = await start();
      const { id } = await t.request(olga, payee);
      await t.request(olga, payee);
      await follow(t);
      await markRead(writer, ben.staff.id, { read: true }, t.clock.nowMs());
      await t.approve(cora, id);
      await follow(t);
      expect(await titles(t, ben)).toEqual([]);
      // What somebody else was told is theirs to read.
      const [coras] = await toldTo(t, cora, false);
      expect(await markRead(writer, ben.staff.id, { ids: [coras?.id ?? ''], read: true }, t.clock.nowMs())).toBe(0);
      await t.request(olga, payee);
      await follow(t);
      expect(await titles(t, ben)).toEqual(['2 payouts wait for your approval']);
    });

    it('names an act to the admins who have not signed it, until it is done', async () => {
      const { t } = await start();
      const ada = t.ada;
      const bela = await t.addPerson('Bela', ['admin']);
      const cleo = await t.addPerson('Cleo', ['admin']);
      await follow(t);
      const terms = { kind: 'setting', setting: { name: 'cool_off_ms', value: 2 * HOUR_MS } } as const;
      await t.govern(terms, bela);
      await follow(t);
      await follow(t);
      expect(await titles(t, cleo)).toContain('Your signature is asked for: changing a safeguard');
      expect((await toldTo(t, cleo))[0]).toMatchObject({ topic: 'tasks', text: 'Signed so far by Bela' });
      expect(await titles(t, bela)).not.toContain('Your signature is asked for: changing a safeguard');
      await t.govern(terms, ada);
      await follow(t);
      expect(await titles(t, cleo)).not.toContain('Your signature is asked for: changing a safeguard');
      expect(await titles(t, cleo)).toContain('A safeguard was changed');
    });
  });

  describe('what happened', () => {
    it('is told to whom it concerns, and not to who did it', async () => {
      const { t, olga, ben, cora } = await start();
      await t.as(ben.actor, (work) => freeze(work, { scope: 'rail', target: 'simulated', reason: 'Odd numbers' }));
      await follow(t);
      for (const person of [olga, cora, t.ada])
        expect((await toldTo(t, person))[0]).toMatchObject({
          title: 'Payments over simulated are frozen',
          text: 'Ben · Odd numbers',
          urgent: true,
        });
      expect(await titles(t, ben)).toEqual([]);
    });

    it('stands as one for many payouts, without amounts in its title', async () => {
      const { writer, t, olga, ben, payee } = await start();
      for (let at = 0; at < 3; at++) {
        const { id } = await t.request(olga, payee);
        await t.approve(ben, id);
      }
      await drivePayouts({ treasury: t.treasury, actor: robot, provider: scriptedProvider() });
      await follow(t);
      const [notice] = await toldTo(t, olga);
      expect(notice).toMatchObject({ title: '3 payouts you asked for are completed', count: 3, topic: 'payouts' });
      expect(notice?.text).toContain('123.45 USD');
      expect(notice?.title).not.toMatch(/\d\.\d/);
      expect(await titles(t, ben)).toEqual([]);
      const { count, desktop } = await unreadOf(writer, olga.staff.id, t.clock.nowMs());
      expect([count, desktop.length]).toEqual([1, 1]);
    });

    it('is told to controllers when a payee has another e-mail address, and not of other changes', async () => {
      const { t, payee } = await start();
      const [carl, dora] = [await t.addPerson('Carl', ['controller']), await t.addPerson('Dora', ['controller'])];
      for (const change of [{ email: 'nina@evil.example' }, { name: 'Nina Nails' }])
        await t.as(carl.actor, (work) => updatePayee(work, { id: payee.id, ...change }));
      await follow(t);
      expect(await titles(t, dora)).toEqual(['Nina Nails has another e-mail address']);
      expect(await titles(t, carl)).toEqual([]);
    });

    it('disturbs nobody in their quiet hours, unless it is urgent and may', async () => {
      const { writer, t, olga, cora } = await start();
      // 9:00 UTC is 10:00 in Vienna.
      const quiet = { fromMinute: 9 * 60, toMinute: 11 * 60 };
      const vienna = { timeZone: 'Europe/Vienna', email: 'x@example.org' };
      await prefer(t, olga, { ...vienna, quiet: { ...quiet, urgentComesThrough: false } });
      await prefer(t, cora, { ...vienna, quiet: { ...quiet, urgentComesThrough: true } });
      await t.as(t.ada.actor, (work) => freeze(work, { scope: 'vault', target: '', reason: 'Fire drill' }));
      await follow(t);
      const nowMs = t.clock.nowMs();
      const shown = async (id: string) => (await unreadOf(writer, id, nowMs)).desktop.length;
      expect([await shown(olga.staff.id), await shown(cora.staff.id)]).toEqual([0, 1]);
      const due = await writer.rows(sql`
        select staff_id, mail_due_at_ms as due from notifications where mail_due_at_ms is not null order by due`);
      expect(due).toEqual([
        { staff_id: cora.staff.id, due: BigInt(nowMs) },
        { staff_id: olga.staff.id, due: BigInt(Date.UTC(2026, 0, 5, 10)) },
      ]);
    });
  });

  describe('the follower', () => {
    it('tells once, however many servers follow at once', async () => {
      const { t, olga, payee, ben } = await start();
      await t.request(olga, payee);
      await atOnce(() => followEvents(t.treasury), 4);
      expect(await titles(t, ben)).toEqual(['A payout waits for your approval']);
    });

    it('neither loses nor repeats what a crash cuts off before its commit', async () => {
      const { writer, t, olga, payee, ben } = await start();
      await t.request(olga, payee);
      const dying: Treasury = {
        ...t.treasury,
        writer: Object.assign(Object.create(writer) as typeof writer, {
          transaction: <T>(work: Parameters<typeof writer.transaction<T>>[0]) =>
            writer.transaction<T>(async (tx) => {
              await work(tx);
              throw new Error('The process died');
            }),
        }),
      };
      await expect(followEvents(dying)).rejects.toThrow('The process died');
      expect(await titles(t, ben)).toEqual([]);
      expect(await follow(t)).toBeGreaterThan(0);
      expect(await titles(t, ben)).toEqual(['A payout waits for your approval']);
      expect(await follow(t)).toBe(1); // its own news for the windows
      expect(await follow(t)).toBe(0);
    });

    it('is not forgotten however long it was not heard of, and keeps what it has not read', async () => {
      const { writer, t, olga, payee } = await start();
      await t.request(olga, payee);
      t.clock.advance(60 * 24 * HOUR_MS);
      const before = await writer.rows(
        sql`select seq from outbox where seq > (select seq from outbox_cursors where consumer = ${NOTIFIER})`,
      );
      expect(before.length).toBeGreaterThan(0);
      await writer.transaction((tx) => purgeOutbox(tx, t.clock.nowMs()));
      const after = await writer.rows(
        sql`select seq from outbox where seq > (select seq from outbox_cursors where consumer = ${NOTIFIER})`,
      );
      expect(after).toEqual(before);
    });
  });
});

it.each([
  ['rail:nowpayments', 'NOWPayments'],
  ['asset:iso:USD', 'USD'],
  ['asset:stellar:testnet:USDC-GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN', 'USDC'],
  ['job:backup', 'backup'],
  ['webhook:whe_1m7yd0xt3hs99jtaq91dswwd9', 'Webhooks'],
  ['vault', ''],
])('an alert about %s says so in words', (about, text) => {
  expect(say('alert.raised', { rule: 'sync_lag', about }, 1)).toMatchObject({ text });
});
