/** How a rail is set up: by one in a sandbox, by what admins sign where money is real. */
import { Keypair } from '@stellar/stellar-sdk';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { trustProblems } from '../../../core/access/trust/tables-check.ts';
import { trustOf } from '../../../core/access/trust/trust.ts';
import type { RailSettingWish } from '../../../core/contract/index.ts';
import { changeRailSettings, type RailTerms } from '../../../core/rails/settings/change.ts';
import { asTexts, keptSettings } from '../../../core/rails/settings/kept.ts';
import { railSettingsView } from '../../../core/rails/settings/views.ts';
import { accountOfSecret, keyBytes } from '../../../core/rails/strkey.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, type TestTreasury, testTreasury } from '../../support/treasury.ts';

const HOUR_MS = 3_600_000;
const SOURCE = Keypair.random().publicKey();
const source: RailSettingWish = { what: 'set', name: 'PAYOUT_SOURCE_ACCOUNT', text: SOURCE };
const hot = (pair: Keypair): RailSettingWish => ({
  what: 'add_secret',
  name: 'PAYOUT_HOT_SIGNER_SECRET',
  secret: pair.secret(),
});

it('says of a secret key which account it signs for, and knows a slip of the pen', () => {
  for (let count = 0; count < 20; count++) {
    const pair = Keypair.random();
    expect(accountOfSecret(pair.secret())).toBe(pair.publicKey());
    expect(keyBytes('account', pair.publicKey())).toEqual(new Uint8Array(pair.rawPublicKey()));
    const last = pair.secret().endsWith('A') ? 'B' : 'A';
    expect(accountOfSecret(pair.secret().slice(0, -1) + last)).toBe(null);
    expect(accountOfSecret(pair.publicKey())).toBe(null);
  }
});

forEachStore((_name, open) => {
  const wish = (t: TestTreasury, who: Person, ...changes: RailSettingWish[]) =>
    t.as(who.actor, (work) => changeRailSettings(work, { rail: 'stellar', changes, reason: 'As agreed.' }));
  const live = async () => {
    const writer = await open();
    const t = await testTreasury(writer, { network: 'live' });
    const ben = await t.addPerson('Ben', ['admin', 'signer']);
    const kept = async () => asTexts(await keptSettings(writer, t.treasury.secrets, 'stellar'));
    const done = async (...changes: RailSettingWish[]) => {
      const terms = (await wish(t, t.ada, ...changes)) as RailTerms;
      await t.govern(terms);
      return t.govern(terms, ben);
    };
    return { writer, t, ben, kept, done };
  };

  describe('where money is real', () => {
    it('holds when two admins have signed, and not before', async () => {
      const { t, ben, kept } = await live();
      const terms = await wish(t, t.ada, source);
      if (!terms) throw new Error('An act is needed');
      expect(await kept()).toEqual({});
      expect(await t.govern(terms)).toMatchObject({ complete: false });
      expect(await kept()).toEqual({});
      expect(await t.govern(terms, ben)).toMatchObject({ complete: true });
      expect(await kept()).toEqual({ PAYOUT_SOURCE_ACCOUNT: SOURCE });
    });

    it('signs for a secret without saying it, and shows whose it is', async () => {
      const { writer, t, ben, kept } = await live();
      const pair = Keypair.random();
      const terms = await wish(t, t.ada, source, hot(pair));
      if (!terms) throw new Error('An act is needed');
      expect(terms.changes[1]).toMatchObject({ what: 'add_secret', shown: pair.publicKey() });
      await t.govern(terms);
      await t.govern(terms, ben);
      expect((await kept()).PAYOUT_HOT_SIGNER_SECRET).toBe(pair.secret());
      const view = await railSettingsView(writer, 'stellar', {});
      expect(view.changes).toBe('by_act');
      const shown = view.settings.find(({ name }) => name === 'PAYOUT_HOT_SIGNER_SECRET');
      expect(shown).toMatchObject({ from: 'vault', text: null, secrets: [{ shown: pair.publicKey() }] });
      for (const table of ['audit_entries', 'outbox', 'acts', 'trust_acts', 'act_signatures', 'rail_secrets']) {
        const rows = await writer.rows(sql`select * from ${sql.table(table)}`);
        const text = JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
        expect(text, table).not.toContain(pair.secret());
      }
    });

    it('uses the newest of several, until the older one is withdrawn for good', async () => {
      const { writer, kept, done } = await live();
      const [before, after] = [Keypair.random(), Keypair.random()];
      await done(hot(before));
      await done(hot(after));
      expect((await kept()).PAYOUT_HOT_SIGNER_SECRET).toBe(`${after.secret()},${before.secret()}`);
      const [, old] = (await trustOf(writer)).railSettings;
      if (old?.value.kind !== 'secret') throw new Error('The older secret is the second');
      const withdrawn = { what: 'withdraw_secret', name: old.name, commitment: old.value.commitment } as const;
      await done(withdrawn);
      expect((await kept()).PAYOUT_HOT_SIGNER_SECRET).toBe(after.secret());
      const rows = await writer.rows<{ sealed: string | null }>(
        sql`select sealed from rail_secrets where commitment = ${old.value.commitment}`,
      );
      expect(rows).toEqual([{ sealed: null }]);
      await expect(done(withdrawn)).rejects.toMatchObject({ code: 'rail.secret_unknown' });
    });

    it('refuses a row put in another’s place, a removed one, and one that was sealed for something else', async () => {
      const { writer, t, done, kept } = await live();
      await done(hot(Keypair.random()));
      const theirs = Keypair.random();
      const terms = await wish(t, t.ada, hot(theirs));
      const [added] = terms?.changes ?? [];
      if (added?.what !== 'add_secret') throw new Error('A secret was added');
      const run = (statement: ReturnType<typeof sql>) => writer.transaction((tx) => tx.run(statement));
      const own = sql`select sealed from rail_secrets where commitment = ${added.commitment}`;
      await run(sql`update rail_secrets set sealed = (${own}) where accepted_at_ms is not null`);
      await expect(kept()).rejects.toMatchObject({ code: 'vault.secrets_key_wrong' });
      await run(sql`update rail_secrets set sealed = null, ended_at_ms = 1 where accepted_at_ms is not null`);
      await expect(kept()).rejects.toMatchObject({ code: 'rail.secret_missing' });
      expect(await trustProblems(writer)).toEqual([
        'The secret for PAYOUT_HOT_SIGNER_SECRET (stellar) that admins signed for is missing.',
      ]);
    });

    it('is not changed by rows of settings that a sandbox would believe', async () => {
      const { writer, kept } = await live();
      await writer.transaction((tx) =>
        tx.run(sql`insert into settings (name, value, changed_at_ms, changed_by)
          values ('stellar.PAYOUT_SOURCE_ACCOUNT', ${SOURCE}, 1, 'eve')`),
      );
      expect(await kept()).toEqual({});
      expect(await trustProblems(writer)).toEqual(['Nobody signed for stellar.PAYOUT_SOURCE_ACCOUNT.']);
    });

    it('asks again for what another act has overtaken, and forgets secrets that nobody signed for', async () => {
      const { writer, t, ben, done } = await live();
      const terms = await wish(t, t.ada, hot(Keypair.random()));
      if (!terms) throw new Error('An act is needed');
      await t.govern(terms);
      await done(source);
      expect(await t.govern(terms, ben)).toMatchObject({ complete: false });
      t.clock.advance(80 * HOUR_MS);
      await wish(t, t.ada, hot(Keypair.random()));
      await expect(t.govern(terms)).rejects.toMatchObject({ code: 'rail.secret_missing' });
      const rows = await writer.rows(sql`select 1 as one from rail_secrets where sealed is not null`);
      expect(rows).toHaveLength(1);
    });

    it('takes only what could be used', async () => {
      const { t, done } = await live();
      const hotKey = { what: 'set', name: 'PAYOUTS_SIGN_WITH_HOT_KEY', text: 'true' } as const;
      for (const [code, ...changes] of [
        ['rail.setting', { ...source, text: 'me' }],
        ['rail.setting', { ...source, name: 'PAYOUT_HOT_SIGNER_SECRET' }],
        ['rail.setting', { ...hot(Keypair.random()), name: 'PAYOUT_SOURCE_ACCOUNT' }],
        ['rail.setting', { what: 'add_secret', name: 'PAYOUT_HOT_SIGNER_SECRET', secret: SOURCE }],
        ['rail.setting_unknown', { ...source, name: 'PAYOUT_TARGET' }],
        ['rail.setting_twice', source, { ...source, text: Keypair.random().publicKey() }],
        ['access.nothing_changed', { what: 'clear', name: 'HORIZON_URL' }],
      ] satisfies [string, ...RailSettingWish[]][]) {
        await expect(wish(t, t.ada, ...changes), `${code} ${JSON.stringify(changes)}`).rejects.toMatchObject({ code });
      }
      // Each of them can be, and together they cannot: the last signature is refused, and nothing is changed.
      const execute = { what: 'set', name: 'PAYOUTS_LIVE_EXECUTION', text: 'true' } as const;
      await expect(done(execute, hotKey)).rejects.toMatchObject({ code: 'chain.setting' });
      expect((await trustOf(t.treasury.writer)).railSettings).toEqual([]);
    });
  });

  it('in a sandbox an admin does it alone, at once, by the same rules', async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const pair = Keypair.random();
    expect(await wish(t, t.ada, source, hot(pair))).toBe(null);
    await wish(t, t.ada, hot(Keypair.random()));
    const environment = { PAYOUT_SOURCE_ACCOUNT: ` ${pair.publicKey()} `, SOROBAN_RPC_URL: '' };
    const { changes, settings } = await railSettingsView(writer, 'stellar', environment);
    expect(changes).toBe('direct');
    const of = (name: string) => settings.find((setting) => setting.name === name);
    expect(of('PAYOUT_SOURCE_ACCOUNT')).toMatchObject({
      from: 'environment',
      text: pair.publicKey(),
      keptText: SOURCE,
    });
    expect(of('SOROBAN_RPC_URL')).toMatchObject({ from: 'program', text: null });
    expect(of('PAYOUT_HOT_SIGNER_SECRET')?.secrets).toHaveLength(2);
    await wish(t, t.ada, { what: 'clear', name: 'PAYOUT_HOT_SIGNER_SECRET' });
    expect(asTexts(await keptSettings(writer, t.treasury.secrets, 'stellar'))).toEqual({
      PAYOUT_SOURCE_ACCOUNT: SOURCE,
    });
  });
});
