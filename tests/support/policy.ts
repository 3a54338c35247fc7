/** Another policy than a new vault's, as its next version. */
import { sql } from 'kysely';
import type { PolicyRule } from '../../core/approvals/policy.ts';
import { canonical } from '../../core/canonical/canonical.ts';
import type { Writer } from '../../core/store/tx.ts';
import { TEST_START_MS } from './treasury.ts';

export async function writePolicy(writer: Writer, rules: readonly PolicyRule[]): Promise<void> {
  const text = canonical(rules as never);
  await writer.transaction((tx) =>
    tx.run(sql`
      insert into policies (version, rules, created_at_ms, created_by)
      select max(version) + 1, ${text}, ${BigInt(TEST_START_MS)}, 'test' from policies`),
  );
}
