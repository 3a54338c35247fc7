import { sql } from 'kysely';
import { type CanonicalValue, canonical } from '../core/canonical/canonical.ts';
import type { Migration } from '../core/store/migration.ts';
import type { Tx } from '../core/store/tx.ts';
import { addColumn, forbidChange, statement } from './ddl.ts';

/** Policies with rules, steps and limits; where each payout's request came from; sums that are quick to ask for. */
export const migration: Migration = {
  number: 16,
  name: 'policy-engine',
  async up(tx) {
    await addColumn(
      tx,
      'payouts',
      `source text not null default 'person' check (source in ('person', 'file', 'schedule', 'api', 'campaign'))`,
    );
    await statement(
      tx,
      `update payouts set source = 'file' where exists (select 1 from import_payouts i where i.payout_id = payouts.id)`,
    );
    await statement(
      tx,
      `update payouts set source = 'schedule' where exists (select 1 from payout_schedules s where s.payout_id = payouts.id)`,
    );
    for (const index of [
      'drop index payouts_by_payee',
      // What a payee was paid in the last day is a range of it.
      'create index payouts_by_payee on payouts (payee_id, status, processed_at_ms)',
      'create index destinations_by_address on destinations (rail, address_key)',
      'create index payout_attempts_by_time on payout_attempts (created_at_ms)',
    ]) {
      await statement(tx, index);
    }
    await rewritePolicies(tx);
    await forbidChange(tx, 'policies');
    // They were signed over less than is signed now. What is approved already is sent back when it is to be paid.
    await statement(
      tx,
      `update approvals set voided_at_ms = given_at_ms, void_reason = 'outdated'
       where voided_at_ms is null and exists (select 1 from payouts p where p.id = approvals.payout_id and p.status = 'pending')`,
    );
  },
};

interface EarlierRule {
  readonly when: { readonly rails?: string[]; readonly assets?: string[]; readonly fromMinor?: string };
  readonly ask: { readonly approvals: number; readonly from: string[] };
}

/** Until now a policy was a list of rules that asked for a number of people at once. */
async function rewritePolicies(tx: Tx): Promise<void> {
  const policies = await tx.rows<{ version: bigint; rules: string }>(sql`select version, rules from policies`);
  const assets = await tx.rows<{ id: string }>(sql`select id from assets order by id`);
  for (const { version, rules } of policies) {
    const earlier = JSON.parse(rules) as readonly EarlierRule[];
    const terms = {
      rules: earlier.map((rule, place) => rewritten(rule, place, assets)),
      limits: [],
      separateSigner: false,
    };
    const text = canonical(terms as unknown as CanonicalValue);
    await tx.run(sql`update policies set rules = ${text} where version = ${version}`);
  }
}

function rewritten({ when, ask }: EarlierRule, place: number, assets: readonly { readonly id: string }[]) {
  const { rails, assets: named, fromMinor } = when;
  const any = rails === undefined && named === undefined && fromMinor === undefined;
  return {
    id: any ? 'any' : `rule-${place + 1}`,
    name: any ? 'Any payout' : `Rule ${place + 1}`,
    when: {
      ...(rails === undefined ? {} : { rails }),
      ...(named === undefined ? {} : { assets: named }),
      // The amount was the same number of minor units in every asset.
      ...(fromMinor === undefined ? {} : { amounts: assets.map(({ id }) => ({ assetId: id, fromMinor })) }),
    },
    ask: { steps: [{ approvals: ask.approvals, roles: ask.from }] },
  };
}
