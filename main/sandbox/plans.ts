/**
 * What a sandbox has going on besides its payouts: scheduled ones, amounts set aside for
 * placements, and a campaign whose credits pay charges. It all lies in the future or is done, so
 * that the payouts asked for stay the ones that wait.
 */
import { createCampaign } from '../../core/campaigns/create.ts';
import { grantBatch } from '../../core/campaigns/grants.ts';
import { changeCampaign } from '../../core/campaigns/lifecycle.ts';
import { GRANT_BATCH_MAX } from '../../core/contract/campaigns.ts';
import { makeCharge } from '../../core/discounts/charge.ts';
import { createRule } from '../../core/discounts/rules.ts';
import { createEscrow } from '../../core/escrow-holds/escrow-holds.ts';
import { assetId } from '../../core/money/assets.ts';
import type { PayeeRecord } from '../../core/payees/payees.ts';
import { createSchedule } from '../../core/schedules/write.ts';
import { createStatement } from '../../core/statements/statements.ts';
import type { Work } from '../../core/store/command.ts';

/** The membership that some payees of a sandbox have. */
export const GOLD = 'gold';
export const isGold = (index: number): boolean => index % 3 === 0;

const USD = assetId('iso:USD');
const DAY_MS = 86_400_000;
const SCHEDULES_MAX = 5;
const HOLDS_MAX = 3;
const CHARGES_MAX = 4;
const CREDIT = 1_000_000n;

export interface SandboxPlans {
  readonly schedules: number;
  readonly holds: number;
  readonly grants: number;
  readonly charges: number;
}

/** `tag` stands in every reference, so that two fillings of one vault do not meet. */
export async function fillPlans(work: Work, payees: readonly PayeeRecord[], tag: string): Promise<SandboxPlans> {
  const schedules = payees.slice(0, SCHEDULES_MAX);
  for (const [index, payee] of schedules.entries()) await schedule(work, payee, index, tag);
  const holds = payees.slice(0, HOLDS_MAX);
  for (const [index, payee] of holds.entries()) await holdBack(work, payee, index, tag);
  const members = payees.slice(0, GRANT_BATCH_MAX);
  const campaignId = await airdrop(work, members, tag);
  await createRule(work, {
    name: `Gold members ${tag}`,
    tiers: { by: 'membership', tiers: [{ membership: GOLD, basisPoints: 1_000 }] },
    combines: 'best_of',
    campaignId,
  });
  const charged = members.slice(0, CHARGES_MAX);
  for (const [index, payee] of charged.entries()) {
    await makeCharge(work, {
      payeeId: payee.id,
      kind: 'placement_fee',
      amountMinor: 2n * CREDIT,
      reference: `FEE-${tag}-${index + 1}`.toUpperCase(),
      idempotencyKey: `sandbox-${tag}-charge-${index}`,
    });
  }
  return { schedules: schedules.length, holds: holds.length, grants: members.length, charges: charged.length };
}

/** One falls due with a guarantee, the others month by month. */
async function schedule(work: Work, payee: PayeeRecord, index: number, tag: string): Promise<void> {
  const [destination] = payee.destinations;
  if (!destination) throw new Error(`${payee.reference} was created with a destination`);
  const when =
    index === 0
      ? { placementId: placementOf(tag, index), guaranteeCompletionDate: dayAfter(work, 45) }
      : { dueAtMs: work.nowMs + index * 30 * DAY_MS };
  await createSchedule(work, {
    reference: `INSTALMENT-${tag}-${index + 1}`.toUpperCase(),
    payeeId: payee.id,
    destinationId: destination.id,
    assetId: USD,
    amountMinor: BigInt(40_000 + index * 7_500),
    ...when,
    idempotencyKey: `sandbox-${tag}-schedule-${index}`,
  });
}

/** What a statement makes owed is set aside until its placement is through. */
async function holdBack(work: Work, payee: PayeeRecord, index: number, tag: string): Promise<void> {
  const amountMinor = BigInt(25_000 + index * 12_500);
  await createStatement(work, {
    reference: `PLACED-${tag}-${index + 1}`.toUpperCase(),
    payeeId: payee.id,
    periodFrom: dayAfter(work, -30),
    periodTo: dayAfter(work, 0),
    assetId: USD,
    lines: [{ description: 'Placement', amountMinor }],
  });
  await createEscrow(work, {
    reference: `HOLD-${tag}-${index + 1}`.toUpperCase(),
    placementId: placementOf(tag, index),
    payeeId: payee.id,
    assetId: USD,
    amountMinor,
    releaseAtMs: work.nowMs + (60 + index * 30) * DAY_MS,
    idempotencyKey: `sandbox-${tag}-hold-${index}`,
  });
}

/** A quarter of what each member lost; what they lost follows from their place in the list. */
async function airdrop(work: Work, members: readonly PayeeRecord[], tag: string): Promise<string> {
  const { id } = await createCampaign(work, {
    name: `Airdrop ${tag}`,
    type: 'reverse_airdrop',
    formula: { kind: 'proportional_loss', basisPoints: 2_500 },
    budgetMinor: BigInt(members.length + 10) * 100n * CREDIT,
    accountCapMinor: 100n * CREDIT,
    creditsLastDays: 180,
    endsAtMs: work.nowMs + 365 * DAY_MS,
  });
  await changeCampaign(work, id, 'activate');
  await grantBatch(work, {
    campaignId: id,
    grants: members.map((payee, index) => ({
      accountId: payee.id,
      basisMinor: 20n * CREDIT + BigInt((index * 7_919) % 300) * 1_234_567n,
    })),
  });
  return id;
}

const placementOf = (tag: string, index: number): string => `PL-${tag}-${index + 1}`.toUpperCase();
const dayAfter = (work: Work, days: number): string => new Date(work.nowMs + days * DAY_MS).toISOString().slice(0, 10);
