import { describe, expect, it } from 'vitest';
import { beginTry, passphraseOf } from '../../../core/access/failed-tries.ts';
import { endSessionsOf, recordSignIn, SESSIONS_ENDED, sessionEpoch } from '../../../core/access/sign-ins.ts';
import type { CommittedEvent } from '../../../core/store/command.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury } from '../../support/treasury.ts';

const from = (ip: string) => ({ host: 'server', ip, userAgent: null, correlationId: 'c' });

forEachStore((_name, open) => {
  describe('signing in', () => {
    it('tells when and from where one signed in before, and how often somebody failed since', async () => {
      const t = await testTreasury(await open());
      const signIn = async (ip: string) => {
        await beginTry(t.treasury, passphraseOf('ada'));
        return t.as(t.ada.actor, (work) => recordSignIn(work, t.ada.staff, from(ip)));
      };
      const firstAtMs = t.clock.nowMs();
      expect(await signIn('10.0.0.1')).toEqual({ atMs: null, host: null, ip: null, failedTries: 0 });
      t.clock.advance(3_600_000);
      for (let tries = 0; tries < 2; tries++) await beginTry(t.treasury, passphraseOf(' ADA'));
      expect(await signIn('10.0.0.2')).toEqual({ atMs: firstAtMs, host: 'server', ip: '10.0.0.1', failedTries: 2 });
      expect(await signIn('10.0.0.2')).toMatchObject({ ip: '10.0.0.2', failedTries: 0 });
    });

    it('is slowed by name, in every spelling of it, also after a restart and for another server', async () => {
      const store = await open();
      const t = await testTreasury(store);
      for (const name of ['Ada', ' ada', 'ＡＤＡ']) await beginTry(t.treasury, passphraseOf(name));
      const elsewhere = { writer: store, clock: t.clock };
      const slowed = { code: 'session.slowed', data: { waitMs: 1_000 } };
      await expect(beginTry(elsewhere, passphraseOf('aDa'))).rejects.toMatchObject(slowed);
      await expect(beginTry(elsewhere, passphraseOf('Ben'))).resolves.toBeUndefined();
    });

    it('does not write down the names that were tried', async () => {
      const t = await testTreasury(await open());
      await beginTry(t.treasury, passphraseOf('my whole passphrase'));
      const rows = await t.treasury.writer.db.selectFrom('failed_tries').selectAll().execute();
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows.map(({ key_hash }) => key_hash))).not.toContain('passphrase');
    });

    it('forgets tries of a month ago', async () => {
      const t = await testTreasury(await open());
      await beginTry(t.treasury, passphraseOf('Zoe'));
      t.clock.advance(31 * 24 * 3_600_000);
      await beginTry(t.treasury, passphraseOf('Ada'));
      expect(await t.treasury.writer.db.selectFrom('failed_tries').selectAll().execute()).toHaveLength(1);
    });

    it('begins an epoch that ends all sessions before it, and says so to every server', async () => {
      const heard: CommittedEvent[] = [];
      const t = await testTreasury(await open(), { onCommitted: (events) => heard.push(...events) });
      const { id } = t.ada.staff;
      expect(await sessionEpoch(t.treasury.writer, id)).toBe(0);
      for (const epoch of [1, 2]) {
        const raised = await t.as(t.ada.actor, async (work) => {
          work.audit({ action: 'test', subject: '' });
          return endSessionsOf(work, id);
        });
        expect(raised).toBe(epoch);
      }
      await t.as(t.ada.actor, (work) => recordSignIn(work, t.ada.staff, from('10.0.0.1')));
      expect(await sessionEpoch(t.treasury.writer, id)).toBe(2);
      expect(heard.filter(({ name }) => name === SESSIONS_ENDED)).toHaveLength(2);
    });
  });
});
