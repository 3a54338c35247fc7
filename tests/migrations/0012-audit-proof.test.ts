import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { appendAudit } from '../../core/audit/chain.ts';
import { giveVaultKey, vaultSigner } from '../../core/audit/vault-key.ts';
import { verifyChain } from '../../core/audit/verify.ts';
import { perform } from '../../core/store/command.ts';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { testSecrets } from '../support/secrets.ts';
import { forEachStore } from '../support/stores.ts';
import { clockAt, seededIds } from '../support/treasury.ts';

const BEFORE = migrations.filter(({ number }) => number < 12);
const THEN = migrations.filter(({ number }) => number <= 12);
const ADA = { kind: 'staff', id: 'stf_ada', name: 'Ada', roles: ['admin'] } as const;
const HERE = { host: 'test', ip: null, userAgent: null, correlationId: 'test' } as const;

forEachStore((name, open) => {
  describe('the step to a log that proves itself', () => {
    it('keeps the chain that was there, and the vault gets its key afterwards', async () => {
      const store = await open({ migrations: BEFORE });
      await store.transaction(async (tx) => {
        await tx.run(sql`insert into vault (one, id, name, network, created_at_ms, generation)
          values (1, 'vlt_old', 'Old', 'sandbox', 1, 1)`);
        const drafts = [1, 2, 3].map((payout) => ({ action: 'payout.request', subject: `payout:${payout}` }));
        await appendAudit(tx, { action: 'payout.request', actor: ADA, origin: HERE }, 10, drafts, 'done');
      });
      await migrate(store, THEN, { nowMs: 99, beforeChangingRecords: async () => undefined });
      expect(await verifyChain(store)).toMatchObject({ valid: true, entries: 3, checkpoints: 0, publicKey: null });
      const secrets = testSecrets();
      await expect(vaultSigner(store, secrets)).rejects.toMatchObject({ code: 'vault.no_signing_key' });

      const clock = clockAt(1_000);
      const treasury = { writer: store, clock, ids: seededIds(clock, 'migration'), secrets };
      const given = await perform(treasury, { action: 'vault.key', actor: ADA, origin: HERE }, giveVaultKey);
      expect((await vaultSigner(store, secrets)).publicKey).toBe(given);
      expect(await verifyChain(store)).toMatchObject({ valid: true, entries: 4, publicKey: given });
    });

    it('lets nobody change or take away a checkpoint, or keep a key that is none', async () => {
      const store = await open({ migrations: THEN });
      const run = (statement: ReturnType<typeof sql>) => store.transaction((tx) => tx.run(statement));
      await run(sql`insert into audit_checkpoints (size, head, at_ms, statement, signature)
        values (7, 'h', 1, 's', ${'a'.repeat(128)})`);
      await expect(run(sql`update audit_checkpoints set head = 'other'`)).rejects.toThrow(/append only/);
      await expect(run(sql`delete from audit_checkpoints`)).rejects.toThrow(/append only/);
      await expect(
        run(sql`insert into secrets_key (one, key, check_value) values (1, 'short', ${'a'.repeat(64)})`),
      ).rejects.toThrow(/check/i);
    });

    it('answers the questions about the log from an index', async () => {
      const store = await open({ migrations: THEN });
      const plan = async (where: string) => {
        const query = `select * from audit_entries where ${where} order by seq desc limit 10`;
        if (name === 'sqlite') {
          const rows = await store.rows<{ detail: string }>(sql.raw(`explain query plan ${query}`));
          return rows.map(({ detail }) => detail).join('\n');
        }
        return store.transaction(async (tx) => {
          await tx.run(sql`set local enable_seqscan = off`);
          const rows = await tx.rows<{ 'QUERY PLAN': string }>(sql.raw(`explain ${query}`));
          return rows.map((row) => row['QUERY PLAN']).join('\n');
        });
      };
      const family = `substr(action, 1, ${name === 'sqlite' ? 'instr' : 'strpos'}(action, '.'))`;
      expect(await plan("actor = 'stf_ada' and seq < 100")).toContain('audit_entries_by_actor');
      expect(await plan(`${family} = 'payout.' and seq < 100`)).toContain('audit_entries_by_family');
      expect(await plan("subject = 'payout:1' and seq < 100")).toContain('audit_entries_by_subject');
      const refused = await plan("outcome = 'refused' and seq < 100");
      expect(refused).toContain('audit_entries_refused');
      expect(refused, 'without a sort').not.toMatch(/sort|temp b-tree/i);
    });
  });
});
