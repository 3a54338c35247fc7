import type { Migration } from '../core/store/migration.ts';
import { addColumn, createTable, forbidChange, statement } from './ddl.ts';

/** A key of the vault's own, checkpoints of the log signed with it, and a log that is quick to search. */
export const migration: Migration = {
  number: 12,
  name: 'audit-proof',
  async up(tx) {
    // A file keeps its key inside, encrypted with everything else; a shared database only what tells the right one.
    await createTable(
      tx,
      'secrets_key',
      `one bigint primary key check (one = 1),
       key text check (length(key) = 64),
       check_value text not null check (length(check_value) = 64)`,
    );
    await addColumn(tx, 'vault', 'public_key text check (length(public_key) = 64)');
    await addColumn(tx, 'vault', 'sealed_signing_key text');

    await createTable(
      tx,
      'audit_checkpoints',
      `size bigint primary key check (size >= 1),
       head text not null,
       at_ms bigint not null,
       statement text not null,
       signature text not null check (length(signature) = 128)`,
    );
    await forbidChange(tx, 'audit_checkpoints');

    const family = tx.dialect === 'sqlite' ? "instr(action, '.')" : "strpos(action, '.')";
    for (const index of [
      'create index audit_entries_by_actor on audit_entries (actor, seq)',
      `create index audit_entries_by_family on audit_entries (substr(action, 1, ${family}), seq)`,
      "create index audit_entries_refused on audit_entries (seq) where outcome = 'refused'",
    ]) {
      await statement(tx, index);
    }
  },
};
