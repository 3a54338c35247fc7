/** A treasury whose database somebody else has in hand, with its triggers dropped. */
import { type RawBuilder, sql } from 'kysely';
import { type AuditRow, entryHash, entryText, GENESIS_HASH } from '../../core/audit/chain.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { getPayout } from '../../core/payouts/repository.ts';
import type { Actor } from '../../core/store/command.ts';
import type { Tx, Writer } from '../../core/store/tx.ts';
import { type ScriptedProvider, scriptedProvider } from './scripted-provider.ts';
import { testTreasury } from './treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };

export async function attackedTreasury(writer: Writer, provider: ScriptedProvider = scriptedProvider()) {
  const t = await testTreasury(writer);
  const ben = await t.addPerson('Ben', ['operator', 'approver']);
  const payee = await t.addPayee('Carla');
  await t.fund(100_000_000n);
  return {
    writer,
    t,
    ben,
    payee,
    provider,
    tamper: (...changes: RawBuilder<unknown>[]) =>
      writer.transaction(async (tx) => {
        await dropTriggers(tx);
        for (const change of changes) await tx.run(change);
      }),
    rehash: () => writer.transaction(rehash),
    pay: () => drivePayouts({ treasury: t.treasury, actor: robot, provider }),
    now: (id: string) => getPayout(writer, id),
  };
}

/** Whoever can drop triggers can do anything a database does. */
export async function dropTriggers(tx: Tx): Promise<void> {
  if (tx.dialect === 'sqlite') {
    const triggers = await tx.rows<{ name: string }>(sql`select name from sqlite_master where type = 'trigger'`);
    for (const { name } of triggers) await tx.run(sql`drop trigger ${sql.ref(name)}`);
    return;
  }
  const triggers = await tx.rows<{ name: string; on: string }>(
    sql`select tgname as name, tgrelid::regclass::text as "on" from pg_trigger where not tgisinternal`,
  );
  for (const { name, on } of triggers) await tx.run(sql`drop trigger ${sql.ref(name)} on ${sql.ref(on)}`);
}

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
