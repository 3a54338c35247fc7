/**
 * The life of a campaign: `draft → active ⇄ paused → completed`. Whatever is not completed expires
 * at its end date. Completed and expired are final, and the database knows it too.
 */
import { sql } from 'kysely';
import type { CampaignStatus } from '../contract/campaigns.ts';
import type { CampaignId } from '../ids/ids.ts';
import { type Actor, perform, type Treasury, type Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { campaignEnded, campaignState } from './errors.ts';
import { type CampaignRecord, lockCampaign } from './repository.ts';

export type CampaignEvent = 'activate' | 'pause' | 'complete' | 'expire';

const NEXT: Readonly<Record<CampaignStatus, Partial<Readonly<Record<CampaignEvent, CampaignStatus>>>>> = {
  draft: { activate: 'active', expire: 'expired' },
  active: { pause: 'paused', complete: 'completed', expire: 'expired' },
  paused: { activate: 'active', complete: 'completed', expire: 'expired' },
  completed: {},
  expired: {},
};

const EVENT_NAMES = {
  activate: 'campaign.activated',
  pause: 'campaign.paused',
  complete: 'campaign.completed',
  expire: 'campaign.expired',
} as const satisfies Record<CampaignEvent, string>;

/** Null when the event means nothing in that state. */
export const nextCampaignStatus = (from: CampaignStatus, event: CampaignEvent): CampaignStatus | null =>
  NEXT[from][event] ?? null;

export const hasEnded = ({ endsAtMs }: Pick<CampaignRecord, 'endsAtMs'>, nowMs: number): boolean =>
  endsAtMs !== null && endsAtMs <= nowMs;

/** What a person does to a campaign; expiry is left to the clock. */
export async function changeCampaign(
  work: Work,
  id: string,
  event: Exclude<CampaignEvent, 'expire'>,
): Promise<{ readonly id: CampaignId }> {
  const campaign = await lockCampaign(work.tx, id);
  const to = nextCampaignStatus(campaign.status, event);
  if (to === null) throw campaignState(id, campaign.status);
  if (event === 'activate' && campaign.endsAtMs !== null && hasEnded(campaign, work.nowMs)) {
    throw campaignEnded(id, campaign.endsAtMs);
  }
  await work.tx.write
    .updateTable('campaigns')
    .set({ status: to, updated_at_ms: BigInt(work.nowMs) })
    .where('id', '=', id)
    .execute();
  note(work, campaign, event);
  return { id: campaign.id };
}

function note(work: Work, campaign: Pick<CampaignRecord, 'id' | 'status'>, event: CampaignEvent): void {
  const subject = `campaign:${campaign.id}`;
  const to = nextCampaignStatus(campaign.status, event);
  work.audit({ action: `campaign.${event}`, subject, details: { from: campaign.status, to } });
  work.emit({ name: EVENT_NAMES[event], subject });
}

/** At most this many campaigns expire in one transaction. */
export const EXPIRE_CAMPAIGNS_MAX = 500;

const OPEN = ['draft', 'active', 'paused'] as const satisfies readonly CampaignStatus[];

/** True while there is something for `expireCampaigns` to do. */
export async function campaignsAreDue(reader: Reader, nowMs: number): Promise<boolean> {
  const row = await reader.db
    .selectFrom('campaigns')
    .select('id')
    .where('status', 'in', OPEN)
    .where('ends_at_ms', '<=', BigInt(nowMs))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Campaigns whose end date has come. The credits they granted live on for as long as those last. */
export async function expireCampaigns(work: Work, limit = EXPIRE_CAMPAIGNS_MAX): Promise<{ readonly expired: number }> {
  const { tx, nowMs } = work;
  const due = tx.write
    .selectFrom('campaigns')
    .select(['id', 'status'])
    .where('status', 'in', OPEN)
    .where('ends_at_ms', '<=', BigInt(nowMs))
    .orderBy('id')
    .limit(limit);
  const campaigns = await (tx.dialect === 'postgres' ? due.forUpdate() : due).execute();
  for (const { id, status } of campaigns) note(work, { id: id as CampaignId, status }, 'expire');
  if (campaigns.length > 0) {
    await tx.run(sql`
      update campaigns set status = 'expired', updated_at_ms = ${BigInt(nowMs)}
      where id in (${sql.join(campaigns.map(({ id }) => id))})`);
  } else {
    work.audit({ action: 'campaign.expire', subject: 'campaigns', details: { campaigns: 0 } });
  }
  return { expired: campaigns.length };
}

/** Far more than a vault holds; a bound on a loop that is expected to end long before. */
const ROUNDS_MAX = 1_000;

/** Lets every campaign expire whose end date has come. `step` throws to stop in between. */
export async function expireDueCampaigns(
  treasury: Treasury,
  actor: Actor,
  step?: () => Promise<void>,
): Promise<number> {
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: actor.id };
  let total = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await step?.();
    if (!(await campaignsAreDue(treasury.writer, treasury.clock.nowMs()))) break;
    const { expired } = await perform(treasury, { action: 'campaign.expire', actor, origin }, (work) =>
      expireCampaigns(work),
    );
    total += expired;
  }
  return total;
}
