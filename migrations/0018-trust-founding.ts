import { sql } from 'kysely';
import { type CanonicalValue, canonical } from '../core/canonical/canonical.ts';
import type { Migration } from '../core/store/migration.ts';

interface Person {
  readonly id: string;
  readonly name: string;
  readonly public_key: string;
}

/**
 * Brings a treasury from before the chain of trust under it, as it stands: the people on staff with
 * their roles and keys, and the policy in force, are what it is founded on from now on.
 */
export const migration: Migration = {
  number: 18,
  name: 'trust-founding',
  async up(tx) {
    const [vault] = await tx.rows<{ id: string; network: string; public_key: string | null; created_at_ms: bigint }>(
      sql`select id, network, public_key, created_at_ms from vault
          where not exists (select 1 from trust_founding)`,
    );
    const [policy] = await tx.rows<{ version: bigint; rules: string }>(
      sql`select version, rules from policies order by version desc limit 1`,
    );
    const people = await tx.rows<Person>(
      sql`select id, name, public_key from staff where status = 'active' order by created_at_ms, id`,
    );
    if (!vault || !policy || people.length === 0) return;
    const roles = await tx.rows<{ staff_id: string; role: string }>(
      sql`select staff_id, role from staff_roles where revoked_at_ms is null order by staff_id, role`,
    );
    const [head] = await tx.rows<{ at_ms: bigint }>(sql`select at_ms from audit_head where one = 1`);
    const record: CanonicalValue = {
      what: 'countersign founding v1',
      vault: vault.id,
      network: vault.network,
      people: people.map(({ id, name, public_key }) => ({
        id,
        name,
        publicKey: public_key,
        roles: roles.filter(({ staff_id }) => staff_id === id).map(({ role }) => role),
        groups: [],
      })),
      vaultKey: vault.public_key,
      recoveryKey: null,
      policy: { version: Number(policy.version), text: policy.rules },
      foundedAtMs: Number(head && head.at_ms > vault.created_at_ms ? head.at_ms : vault.created_at_ms),
    };
    await tx.run(sql`insert into trust_founding (one, statement) values (1, ${canonical(record)})`);
  },
};
