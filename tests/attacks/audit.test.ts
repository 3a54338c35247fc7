/** Somebody with the database, its triggers and all the time in the world. Each test says how it shows. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { expireApprovals } from '../../core/approvals/expire.ts';
import { type AuditRow, entryHash, entryText, GENESIS_HASH } from '../../core/audit/chain.ts';
import { checkpointNow, keepCheckpoint, type ReadCheckpoint } from '../../core/audit/checkpoints.ts';
import { vaultSigner } from '../../core/audit/vault-key.ts';
import { verifyChain } from '../../core/audit/verify.ts';
import { canonical } from '../../core/canonical/canonical.ts';
import { createPayee } from '../../core/payees/bulk.ts';
import type { Tx, Writer } from '../../core/store/tx.ts';
import { forEachStore } from '../support/stores.ts';
import { type TestTreasury, testTreasury } from '../support/treasury.ts';

const HOUR = 3_600_000;
const JOB = {
  action: 'job.expire-approvals',
  actor: { kind: 'job', id: 'job:expire-approvals', name: 'expire-approvals', roles: [] },
  origin: { host: 'engine', ip: null, userAgent: null, correlationId: 'expire-approvals' },
} as const;

interface Attacked {
  readonly writer: Writer;
  readonly t: TestTreasury;
  /** Kept outside, at this point of the log. */
  readonly checkpoint: ReadCheckpoint;
}

const act = (t: TestTreasury, name: string) =>
  t.as(t.ada.actor, (work) => createPayee(work, { reference: name, name }), 'payee.create');

/** Whoever can drop triggers can do anything a database does. */
async function tamper(writer: Writer, change: (tx: Tx) => Promise<void>): Promise<void> {
  await writer.transaction(async (tx) => {
    for (const table of ['audit_entries', 'audit_checkpoints']) {
      if (tx.dialect === 'sqlite') {
        await tx.run(sql.raw(`drop trigger ${table}_no_update`));
        await tx.run(sql.raw(`drop trigger ${table}_no_delete`));
      } else {
        await tx.run(sql.raw(`drop trigger ${table}_append_only on ${table}`));
      }
    }
    await change(tx);
  });
}

const run =
  (...statements: RawBuilder<unknown>[]) =>
  async (tx: Tx) => {
    for (const statement of statements) await tx.run(statement);
  };

/** Makes every hash right again, and the head: the chain alone cannot tell. */
async function rehash(tx: Tx): Promise<void> {
  const rows = await tx.rows<AuditRow>(sql`select * from audit_entries order by seq`);
  let hash = GENESIS_HASH;
  for (const row of rows) {
    hash = entryHash(hash, entryText(row));
    await tx.run(sql`update audit_entries set hash = ${hash} where seq = ${row.seq}`);
  }
  await tx.run(sql`update audit_head set size = ${BigInt(rows.length)}, hash = ${hash}`);
}

forEachStore((_name, open) => {
  const attacked = async (seed = 'test'): Promise<Attacked> => {
    const writer = await open();
    const t = await testTreasury(writer, { seed });
    await act(t, 'Carla');
    await act(t, 'Dora');
    const signer = await vaultSigner(writer, t.treasury.secrets);
    const checkpoint = await checkpointNow(writer, signer, t.clock);
    await act(t, 'Eve');
    return { writer, t, checkpoint };
  };

  describe('whoever changes the log without making its hashes right again', () => {
    it.each([
      ['deletes an entry', [sql`delete from audit_entries where seq = 4`], 'Entry 4 is missing.'],
      [
        'edits what an entry says',
        [sql`update audit_entries set details = '{}' where seq = 5`],
        'Entry 5 is not what was written.',
      ],
      [
        'says that it was somebody else',
        [sql`update audit_entries set actor_name = 'Mallory' where seq = 2`],
        'Entry 2 is not what was written.',
      ],
      [
        'moves an entry in time',
        [sql`update audit_entries set at_ms = at_ms + 1 where seq = 3`],
        'Entry 3 is not what was written.',
      ],
      [
        'makes a refusal a success',
        [sql`update audit_entries set outcome = 'refused' where seq = 4`],
        'Entry 4 is not what was written.',
      ],
      [
        'lets two entries change places',
        [
          sql`update audit_entries set seq = 99 where seq = 4`,
          sql`update audit_entries set seq = 4 where seq = 5`,
          sql`update audit_entries set seq = 5 where seq = 99`,
        ],
        'Entry 4 is not what was written.',
      ],
      [
        'puts another entry in between, far away',
        [
          sql`insert into audit_entries select 9000000000, at_ms, actor, actor_name, role, host, ip, user_agent,
          correlation_id, action, outcome, subject, details, hash from audit_entries where seq = 2`,
        ],
        'is missing.',
      ],
      [
        'replaces the head',
        [sql`update audit_head set hash = ${'a'.repeat(64)}`],
        'The head of the log is not the hash of its last entry.',
      ],
      [
        'says that the log is shorter',
        [sql`update audit_head set size = size - 1`],
        /^The log ends at entry \d+, but \d+ were written\.$/,
      ],
      [
        'writes a hash that breaks the line',
        [sql`update audit_entries set hash = ${`x\n${'0'.repeat(62)}`} where seq = 3`],
        'Entry 3 is not what was written.',
      ],
    ] as const)('is found who %s', async (_what, statements, problem) => {
      const { writer } = await attacked();
      expect(await verifyChain(writer)).toMatchObject({ valid: true });
      await tamper(writer, run(...statements));
      const proof = await verifyChain(writer);
      expect(proof.valid).toBe(false);
      expect(proof.problem).toMatch(problem);
    });
  });

  describe('whoever makes every hash right again', () => {
    it('is not found by the chain alone, and is by a checkpoint that was kept outside', async () => {
      const { writer, checkpoint } = await attacked();
      await tamper(writer, async (tx) => {
        await tx.run(sql`update audit_entries set details = '{}' where seq = 4`);
        await rehash(tx);
      });
      expect(await verifyChain(writer), 'the chain alone').toMatchObject({ valid: true });
      const proof = await verifyChain(writer, { checkpoint });
      expect(proof.valid).toBe(false);
      expect(proof.problem).toContain(
        `The log was rewritten: on ${new Date(checkpoint.atMs).toISOString()} entry ${checkpoint.size} had the hash ${checkpoint.head}`,
      );
    });

    it('is found who cut the end of the log off, with how long it was and when', async () => {
      const { writer, checkpoint } = await attacked();
      await tamper(writer, async (tx) => {
        await tx.run(sql`delete from audit_entries where seq > 3`);
        await rehash(tx);
      });
      expect(await verifyChain(writer), 'the chain alone').toMatchObject({ valid: true, entries: 3 });
      const proof = await verifyChain(writer, { checkpoint });
      expect(proof.problem).toBe(
        `The log was cut off: on ${new Date(checkpoint.atMs).toISOString()} it had at least ${checkpoint.size} entries, with the head ${checkpoint.head}; now it has 3.`,
      );
    });

    it('is found by a checkpoint inside that they could not sign anew', async () => {
      const { writer, t } = await attacked();
      const signer = await vaultSigner(writer, t.treasury.secrets);
      const { size } = await keepCheckpoint(writer, signer, t.clock);
      await act(t, 'Frank');
      await tamper(writer, async (tx) => {
        await tx.run(sql`update audit_entries set details = '{}' where seq = 4`);
        await rehash(tx);
      });
      expect((await verifyChain(writer)).problem).toContain(` entry ${size} had the hash `);
    });
  });

  describe('a checkpoint', () => {
    const kept = async () => {
      const { writer, t, checkpoint } = await attacked();
      const signer = await vaultSigner(writer, t.treasury.secrets);
      const inside = await keepCheckpoint(writer, signer, t.clock);
      return { writer, t, checkpoint, inside };
    };

    it('that was edited is not signed by the vault’s key any more', async () => {
      const { writer, inside } = await kept();
      const edited = inside.statement.replace(inside.head, 'b'.repeat(64));
      await tamper(writer, run(sql`update audit_checkpoints set statement = ${edited}`));
      expect((await verifyChain(writer)).problem).toBe(
        `The checkpoint of entry ${inside.size} is not signed by the vault’s key.`,
      );
    });

    it('put in the place of another one is found', async () => {
      const { writer, t, inside } = await kept();
      await act(t, 'Frank');
      const signer = await vaultSigner(writer, t.treasury.secrets);
      const later = await keepCheckpoint(writer, signer, t.clock);
      await tamper(
        writer,
        run(sql`update audit_checkpoints set statement = ${inside.statement}, signature = ${inside.signature}
          where size = ${BigInt(later.size)}`),
      );
      expect((await verifyChain(writer)).problem).toBe(
        `The checkpoint of entry ${later.size} is not signed by the vault’s key.`,
      );
    });

    it('forged with a key of the attacker’s own counts for nothing', async () => {
      const { writer, t } = await attacked();
      const forged = forgedCheckpoint(await headRow(writer), 'vlt_x');
      expect((await verifyChain(writer, { checkpoint: forged, publicKey: await keyOf(t) })).problem).toBe(
        'The checkpoint that was given is not signed by the vault’s key.',
      );
    });

    it('forged together with the vault’s own key is found by who noted the key', async () => {
      const { writer, t } = await attacked();
      const noted = await keyOf(t);
      const { id } = await t.treasury.writer.db.selectFrom('vault').select('id').executeTakeFirstOrThrow();
      await tamper(writer, async (tx) => {
        await tx.run(sql`delete from audit_entries where seq > 4`);
        await rehash(tx);
        const head = (await tx.rows<{ size: bigint; hash: string }>(sql`select size, hash from audit_head`))[0];
        const forged = forgedCheckpoint(head, id);
        await tx.run(sql`update vault set public_key = ${forged.publicKey}`);
        await tx.run(sql`insert into audit_checkpoints (size, head, at_ms, statement, signature)
          values (${head?.size ?? 0n}, ${head?.hash ?? ''}, 1, ${forged.statement}, ${forged.signature})`);
      });
      expect(await verifyChain(writer), 'for who takes the vault’s word').toMatchObject({
        valid: true,
        checkpoints: 1,
      });
      expect((await verifyChain(writer, { publicKey: noted })).problem).toBe(
        'The checkpoint of entry 4 is not signed by the vault’s key.',
      );
    });

    it('of another vault is not taken for one of this', async () => {
      const { writer } = await attacked();
      const other = await attacked('another');
      expect((await verifyChain(writer, { checkpoint: other.checkpoint })).problem).toMatch(
        /^The checkpoint is of another vault: vlt_/,
      );
    });
  });

  describe('whoever sets the clock back', () => {
    it('writes no earlier times, and their use cases see none', async () => {
      const { writer, t } = await attacked();
      const before = await headRow(writer);
      t.clock.advance(-30 * 24 * HOUR);
      const seen = await t.as(t.ada.actor, async (work) => {
        work.audit({ action: 'test.look', subject: 'test' });
        return work.nowMs;
      });
      expect(seen).toBeGreaterThanOrEqual(Number(before?.at_ms));
      expect((await headRow(writer))?.at_ms).toBeGreaterThanOrEqual(before?.at_ms ?? 0n);
      expect(t.treasury.clock.nowMs()).toBeGreaterThanOrEqual(Number(before?.at_ms));
      expect(await verifyChain(writer)).toMatchObject({ valid: true });
    });

    it('gains no second life for approvals that have expired', async () => {
      const { t } = await attacked();
      const ben = await t.addPerson('Ben', ['approver']);
      const payee = await t.addPayee('Paid');
      const payout = await t.request(t.ada, payee);
      await t.approve(ben, payout.id);
      t.clock.advance(73 * HOUR);
      await act(t, 'Later');
      t.clock.advance(-50 * HOUR);
      const expired = await expireApprovals({ treasury: t.treasury, ...JOB, step: () => Promise.resolve() });
      expect(expired).toMatchObject({ voided: 1 });
    });

    it('makes no rest of a destination longer: time goes on from the log, at its own pace', async () => {
      const { t } = await attacked();
      t.clock.advance(-30 * 24 * HOUR);
      const began = t.treasury.clock.nowMs();
      await act(t, 'Later');
      t.clock.advance(4 * HOUR);
      expect(t.treasury.clock.nowMs() - began).toBe(4 * HOUR);
    });
  });
});

async function headRow(writer: Writer) {
  return (await writer.rows<{ size: bigint; hash: string; at_ms: bigint }>(sql`select * from audit_head`))[0];
}

async function keyOf(t: TestTreasury): Promise<string> {
  return (await vaultSigner(t.treasury.writer, t.treasury.secrets)).publicKey;
}

/** As a vault would sign it, by somebody who is not the vault. */
function forgedCheckpoint(head: { size: bigint; hash: string } | undefined, vault: string) {
  const { publicKey: key, privateKey } = generateKeyPairSync('ed25519');
  const publicKey = key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const statement = canonical({
    what: 'countersign audit checkpoint v1',
    vault,
    publicKey,
    size: Number(head?.size),
    head: head?.hash ?? '',
    atMs: 1,
  });
  return { publicKey, statement, signature: sign(null, Buffer.from(statement), privateKey).toString('hex') };
}
