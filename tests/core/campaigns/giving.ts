/** A treasury with members and campaigns to try things on. */
import { sql } from 'kysely';
import { expect } from 'vitest';
import { createCampaign, type NewCampaign } from '../../../core/campaigns/create.ts';
import type { FormulaAccount } from '../../../core/campaigns/formulas.ts';
import { type GrantedBatch, grantBatch } from '../../../core/campaigns/grants.ts';
import { changeCampaign } from '../../../core/campaigns/lifecycle.ts';
import { type CampaignRecord, getCampaign } from '../../../core/campaigns/repository.ts';
import { makeCharge, type NewCharge } from '../../../core/discounts/charge.ts';
import { createRule, type NewRule } from '../../../core/discounts/rules.ts';
import type { PayeeId } from '../../../core/ids/ids.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { creditAccount } from '../../../core/ledger/lots.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { type Bookkeeper, bookkeeper } from '../ledger/bookkeeper.ts';

export const CREDIT = 1_000_000n;

export interface Giving extends Bookkeeper {
  /** So many members, `pye_0000`, `pye_0001`, …, with these tags. */
  members(count: number, tags?: readonly string[]): Promise<readonly string[]>;
  draft(campaign?: Partial<NewCampaign>): Promise<string>;
  active(campaign?: Partial<NewCampaign>): Promise<string>;
  grant(campaignId: string, accounts: readonly (string | FormulaAccount)[]): Promise<GrantedBatch>;
  campaign(id: string): Promise<CampaignRecord>;
  rule(rule: Partial<NewRule> & Pick<NewRule, 'tiers'>): Promise<string>;
  charge(
    payeeId: string,
    amountMinor: bigint,
    rest?: Partial<NewCharge>,
  ): Promise<{ readonly id: string; readonly replayed: boolean }>;
  credits(payeeId: string): Promise<bigint>;
  /** How many rows there are of everything that a grant or a charge could write. */
  written(): Promise<Readonly<Record<string, bigint>>>;
  sound(): Promise<void>;
}

const WRITTEN = [
  'campaigns',
  'campaign_accounts',
  'campaign_grants',
  'credit_lots',
  'credit_lot_moves',
  'ledger_transactions',
  'ledger_postings',
  'discount_rules',
  'charges',
  'charge_discounts',
  'outbox',
] as const;

export async function giving(writer: Writer, seed?: string): Promise<Giving> {
  const books = await bookkeeper(writer, seed);
  let counter = 0;
  let next = 0;
  const draft: Giving['draft'] = (campaign = {}) => {
    counter += 1;
    const name = `Campaign ${counter}`;
    return books.do(async (work) => {
      const { id } = await createCampaign(work, {
        name,
        type: 'promotional',
        formula: { kind: 'fixed_amount', amountMinor: '100' },
        budgetMinor: 1_000n,
        ...campaign,
      });
      return id;
    });
  };
  return {
    ...books,
    async members(count, tags = []) {
      const ids = Array.from({ length: count }, () => `pye_${String(next++).padStart(4, '0')}`);
      await writer.transaction(async (tx) => {
        for (const id of ids) {
          await tx.run(sql`insert into payees (id, reference, name, status, created_at_ms, created_by)
            values (${id}, ${id}, ${id}, 'active', 0, 'test')`);
          for (const tag of tags) await tx.run(sql`insert into payee_tags (tag, payee_id) values (${tag}, ${id})`);
        }
      });
      return ids;
    },
    draft,
    async active(campaign) {
      const id = await draft(campaign);
      await books.do((work) => changeCampaign(work, id, 'activate'));
      return id;
    },
    grant: (campaignId, accounts) =>
      books.do((work) =>
        grantBatch(work, {
          campaignId,
          grants: accounts.map((account) => (typeof account === 'string' ? { accountId: account } : account)),
        }),
      ),
    campaign: (id) => getCampaign(writer, id),
    rule(rule) {
      counter += 1;
      const name = `Rule ${counter}`;
      return books.do(async (work) => (await createRule(work, { name, combines: 'stackable', ...rule })).id);
    },
    charge(payeeId, amountMinor, rest = {}) {
      counter += 1;
      const number = counter;
      return books.do((work) =>
        makeCharge(work, {
          payeeId,
          kind: 'placement_fee',
          amountMinor,
          reference: `PL-${number}`,
          idempotencyKey: `charge-${number}`,
          ...rest,
        }),
      );
    },
    credits: (payeeId) => books.balance(creditAccount(payeeId as PayeeId)),
    async written() {
      const counts = await Promise.all(
        WRITTEN.map(async (table) => {
          const [row] = await writer.rows<{ n: bigint }>(sql`select count(*) as n from ${sql.table(table)}`);
          return [table, row?.n ?? 0n] as const;
        }),
      );
      return Object.fromEntries(counts);
    },
    async sound() {
      expect(await brokenInvariants(writer)).toEqual([]);
    },
  };
}
