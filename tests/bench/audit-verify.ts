import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { appendAudit, GENESIS_HASH } from '../../core/audit/chain.ts';
import { keepCheckpoint } from '../../core/audit/checkpoints.ts';
import { entriesOf, entryPages } from '../../core/audit/entry-pages.ts';
import { newVaultKey, vaultSigner } from '../../core/audit/vault-key.ts';
import { verifyChain } from '../../core/audit/verify.ts';
import type { Tx } from '../../core/store/tx.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { type SqliteWriteStore, sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrations } from '../../migrations/index.ts';
import { testSecrets } from '../support/secrets.ts';
import { type Benchmark, secondsOf } from './benchmark.ts';

const ROUNDS = 3;
const BATCH = 1_000;
const START_MS = Date.UTC(2026, 0, 5, 9);
const origin = {
  host: 'server',
  ip: '192.0.2.17',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
  correlationId: 'bench',
};
const actor = {
  kind: 'staff',
  id: 'stf_1jc4t1q00abcdefghjkmnpqrs',
  name: 'Mara Lindqvist',
  roles: ['operator'],
} as const;

/**
 * A log as a busy treasury has it: entries of payouts, a checkpoint for every ten thousand of them.
 * The peer chains SHA-256 over the very texts, which it has in memory already; what ours reads it
 * reads from the encrypted file.
 */
export const auditVerify: Benchmark = {
  name: 'audit.verify',
  work: 'verifying a chain of 1,000,000 entries and its checkpoints, from the encrypted file',
  peerName: 'bare SHA-256 over the same bytes in memory',
  unit: 's',
  goal: { ratio: 2, better: 'less' },
  async run({ quick, folder }) {
    const entries = quick ? 50_000 : 1_000_000;
    const file = join(folder, 'audit.vault');
    const database = openDatabase({ file, dataKey: randomBytes(32), mode: 'create' });
    const store = sqliteWriteStore(database);
    try {
      await migrate(store, migrations, { nowMs: START_MS, beforeChangingRecords: async () => undefined });
      await fill(store, entries);
      const texts: string[] = [];
      for await (const page of entryPages(store)) for (const { text } of entriesOf(page)) texts.push(text);
      const ours: number[] = [];
      const peer: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        peer.push(await secondsOf(() => chained(texts)));
        ours.push(await secondsOf(() => verified(store, entries)));
      }
      return { ours: median(ours), peer: median(peer) };
    } finally {
      await store.close();
    }
  },
};

async function fill(store: SqliteWriteStore, entries: number): Promise<void> {
  const secrets = testSecrets();
  await store.transaction((tx) =>
    tx.write
      .insertInto('vault')
      .values({
        one: 1n,
        id: 'vlt_bench',
        name: 'Bench',
        network: 'sandbox',
        created_at_ms: BigInt(START_MS),
        generation: 1n,
        ...newVaultKey(secrets),
      })
      .execute(),
  );
  const signer = await vaultSigner(store, secrets);
  for (let from = 0; from < entries; from += BATCH) {
    const nowMs = START_MS + from;
    await store.transaction((tx) => append(tx, from, nowMs));
    if ((from / BATCH) % 10 === 9) await keepCheckpoint(store, signer, { nowMs: () => nowMs });
  }
  await store.exclusively((database) => database.pragma('wal_checkpoint(truncate)'));
}

function append(tx: Tx, from: number, nowMs: number): Promise<unknown> {
  const drafts = Array.from({ length: BATCH }, (_, index) => ({
    action: 'payout.request',
    subject: `payout:pay_1jc4t1q00${String(from + index).padStart(16, '0')}`,
    details: { amountMinor: String(from + index), asset: 'iso:USD', payee: 'pye_1jc4t1q00abcdefghjkmnpqrs' },
  }));
  return appendAudit(tx, { action: 'payout.request', actor, origin }, nowMs, drafts, 'done');
}

function chained(texts: readonly string[]): void {
  let previous = GENESIS_HASH;
  for (const text of texts) previous = hash('sha256', `${previous}\n${text}`);
}

async function verified(store: SqliteWriteStore, entries: number): Promise<void> {
  const proof = await verifyChain(store);
  if (!proof.valid || proof.entries !== entries) throw new Error(`The chain does not hold: ${proof.problem}`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
