/** Importing a file into a small treasury, as the engine does it, without its threads. */
import { sql } from 'kysely';
import type { ImportMapping, ImportPreview, ImportRow } from '../../core/contract/imports.ts';
import { commitImport, type ImportResult } from '../../core/payouts/import/commit.ts';
import type { Resolutions } from '../../core/rails/address.ts';
import type { Writer } from '../../core/store/tx.ts';
import { type CheckChoices, OpenImport } from '../../main/imports/open-import.ts';
import { addressCheckers } from '../../main/rails/address-checkers.ts';
import { type Person, type TestTreasury, testTreasury } from './treasury.ts';

export interface Importing extends TestTreasury {
  readonly store: Writer;
  readonly operator: Person;
  open(bytes: Buffer, name?: string): Promise<OpenImport>;
  /** Opened and checked with the mapping that is suggested. */
  check(
    bytes: Buffer,
    choices?: Partial<CheckChoices> & { readonly names?: Resolutions },
  ): Promise<{ opened: OpenImport; preview: ImportPreview; rows: ImportRow[] }>;
  commit(opened: OpenImport, preview: ImportPreview, choices?: CommitChoices): Promise<ImportResult>;
  /** All of it: what a script does. */
  import(
    bytes: Buffer,
    choices?: Partial<CheckChoices> & CommitChoices & { readonly names?: Resolutions },
  ): Promise<ImportResult>;
  /** How many records there are of each kind that an import writes. */
  written(): Promise<Readonly<Record<string, bigint>>>;
}

export interface CommitChoices {
  readonly insist?: boolean;
  readonly onlyGoodRows?: boolean;
  readonly writing?: (done: number) => Promise<void>;
}

const TABLES = [
  'payouts',
  'payees',
  'destinations',
  'ledger_transactions',
  'ledger_postings',
  'imports',
  'import_payouts',
  'import_mappings',
  'outbox',
];

const onwards = () => Promise.resolve();

export async function importing(store: Writer): Promise<Importing> {
  const t = await testTreasury(store);
  const operator = await t.addPerson('Olga', ['operator']);
  const around = {
    read: <T>(ask: (reader: Writer) => Promise<T>) => ask(store),
    checkers: addressCheckers(true),
    nowMs: () => t.clock.nowMs(),
    step: onwards,
  };
  const it: Importing = {
    ...t,
    store,
    operator,
    open: (bytes, name = 'payouts.csv') => OpenImport.ofFile('imp_test', name, bytes, around),
    async check(bytes, choices = {}) {
      const opened = await it.open(bytes);
      const mapping: ImportMapping = choices.mapping ?? (await opened.opened()).mapping;
      const { createPayees = false, names = new Map() } = choices;
      const preview = await opened.check({ createPayees, mapping }, names);
      return { opened, preview, rows: opened.rows({ show: 'all', cursor: undefined, limit: 1_000 }).items };
    },
    commit(opened, preview, { insist = false, onlyGoodRows = false, writing = onwards } = {}) {
      const { newPayees: _screenedBefore, ...order } = opened.order(preview.checked);
      return t.as(
        operator.actor,
        (work) =>
          commitImport(
            work,
            { ...order, insist, onlyGoodRows, checkers: around.checkers },
            { checking: onwards, writing },
          ),
        'payouts.import',
      );
    },
    async import(bytes, choices = {}) {
      const { opened, preview } = await it.check(bytes, choices);
      return it.commit(opened, preview, choices);
    },
    async written() {
      const counts = TABLES.map((table) => sql`(select count(*) from ${sql.table(table)}) as ${sql.ref(table)}`);
      const [row] = await store.rows<Record<string, bigint>>(sql`select ${sql.join(counts)}`);
      return row ?? {};
    },
  };
  return it;
}
