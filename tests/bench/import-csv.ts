import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse } from 'csv-parse';
import { sql } from 'kysely';
import { createPayees } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { requestPayouts } from '../../core/payouts/request.ts';
import type { Reader, Writer } from '../../core/store/tx.ts';
import { OpenImport } from '../../main/imports/open-import.ts';
import { addressCheckers } from '../../main/rails/address-checkers.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrations } from '../../migrations/index.ts';
import { testTreasury, USD } from '../support/treasury.ts';
import { type Benchmark, secondsOf } from './benchmark.ts';

const ROUNDS = 5;
const SLICE_BYTES = 64 * 1024;

setFlagsFromString('--expose-gc');
/** Neither side pays for what the other one left behind. */
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * A file as customers have it, against a vault in use: nine of ten rows are for payees the vault
 * knows, who have been paid before; the rest brings new ones; one row in a hundred is bad.
 */
export const importCsv: Benchmark = {
  name: 'import.csv',
  work: '100,000 rows of CSV checked against a vault in use, and the first page shown',
  peerName: 'csv-parse alone, streaming the same file',
  unit: 's',
  goal: { ratio: 3, better: 'less' },
  async run({ quick, folder }) {
    const rows = quick ? 10_000 : 100_000;
    const payees = rows / 5;
    const database = openDatabase({ file: join(folder, 'import.vault'), dataKey: randomBytes(32), mode: 'create' });
    const store = sqliteWriteStore(database);
    try {
      await migrate(store, migrations, { nowMs: Date.now(), beforeChangingRecords: async () => undefined });
      await vaultInUse(store, payees);
      const file = fileOf(rows, payees);
      const ours: number[] = [];
      const peer: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        collectGarbage();
        peer.push(await secondsOf(() => parsed(file, rows)));
        collectGarbage();
        ours.push(await secondsOf(() => previewed(store, file, rows)));
      }
      return { ours: median(ours), peer: median(peer) };
    } finally {
      await store.close();
    }
  },
};

async function vaultInUse(store: Writer, payees: number): Promise<void> {
  const t = await testTreasury(store);
  const rows = Array.from({ length: payees }, (_, index) => ({
    reference: `P-${index}`,
    name: `Person, ${index}`,
    email: `person-${index}@example.com`,
    destination: { rail: 'simulated' as const, address: `sim:person-number-${index}` },
  }));
  const known = await t.as(t.ada.actor, async (work) => {
    const created = await createPayees(work, rows);
    await confirmInSandbox(
      work,
      created.flatMap(({ destinations }) => destinations.map(({ id }) => id)),
    );
    return created;
  });
  // Every fifth has been paid five times before.
  const earlier = known.flatMap(({ id, destinations: [destination] }, index) =>
    index % 5 > 0
      ? []
      : Array.from({ length: 5 }, (_, month) => ({
          reference: `E-${index}-${month}`,
          payeeId: id,
          destinationId: destination?.id ?? '',
          assetId: USD,
          amountMinor: BigInt(10_000 + index + month),
          idempotencyKey: `earlier-${index}-${month}`,
        })),
  );
  for (let from = 0; from < earlier.length; from += 5_000) {
    await t.as(t.ada.actor, (work) => requestPayouts(work, earlier.slice(from, from + 5_000)));
  }
  await store.transaction((tx) => tx.run(sql`update payouts set created_at_ms = created_at_ms - 86400000`));
}

function fileOf(rows: number, payees: number): Buffer {
  const lines = ['Payee,Name,E-mail,Rail,Address,Memo,Amount,Currency,Reference,Due date'];
  for (let index = 0; index < rows; index += 1) {
    // A tenth of the payees is not in the vault.
    const n = index % 10 === 9 ? payees + (index % (payees / 10)) : index % payees;
    const amount = index % 100 === 50 ? '12.345' : `${100 + (index % 900)}.${10 + (index % 90)}`;
    lines.push(
      `P-${n},"Person, ${n}",person-${n}@example.com,simulated,sim:person-number-${n},,${amount},USD,INV-2026-${index},2099-12-01`,
    );
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}

/** As a program that takes uploads uses it: piece by piece, keeping the records. */
async function parsed(file: Buffer, rows: number): Promise<void> {
  const parser = parse();
  const records: string[][] = [];
  parser.on('data', (record: string[]) => records.push(record));
  for (let from = 0; from < file.length; from += SLICE_BYTES) parser.write(file.subarray(from, from + SLICE_BYTES));
  parser.end();
  await finished(parser);
  if (records.length !== rows + 1) throw new Error(`csv-parse read ${records.length} records`);
}

async function previewed(store: Reader, file: Buffer, rows: number): Promise<void> {
  const open = await OpenImport.ofFile('imp_bench', 'bench.csv', file, {
    read: (ask) => ask(store),
    checkers: addressCheckers(true),
    nowMs: () => Date.now(),
    step: () => Promise.resolve(),
  });
  const { mapping } = await open.opened();
  const preview = await open.check({ mapping, createPayees: true }, new Map());
  const page = open.rows({ show: 'all', cursor: undefined, limit: 100 });
  if (preview.good !== rows * 0.99 || page.items.length !== 100) {
    throw new Error(`${preview.good} of ${rows} rows are good: ${JSON.stringify(preview.problems)}`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
