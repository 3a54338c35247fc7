/**
 * Velocity limits: how much may start within 24 hours from the treasury, over a rail, or to a payee.
 * What does not fit waits; nothing is refused for it. Counted are attempts that were made in the last
 * 24 hours and were paid, or may have been.
 */
import { sql } from 'kysely';
import type { RailName } from '../../contract/payees.ts';
import type { PolicyTerms, VelocityLimit } from '../../contract/policy-terms.ts';
import type { Reader } from '../../store/tx.ts';
import { type AssetNames, amountInWords, limitInWords } from './in-words.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Started {
  readonly rail: RailName;
  readonly payeeId: string;
  readonly assetId: string;
  readonly amountMinor: bigint;
  readonly atMs: number;
}

export type Starting = Omit<Started, 'atMs'>;

/** What started in the last 24 hours in an asset that a limit is about, earliest first. */
export async function startedLately(
  reader: Reader,
  { limits }: Pick<PolicyTerms, 'limits'>,
  nowMs: number,
): Promise<readonly Started[]> {
  if (limits.length === 0) return [];
  const assets = sql.join([...new Set(limits.map(({ assetId }) => assetId))].map((id) => sql`${id}`));
  const rows = await reader.rows<{
    rail: RailName;
    payee_id: string;
    asset_id: string;
    amount_minor: bigint;
    at: bigint;
  }>(sql`
    select p.rail, p.payee_id, p.asset_id, p.amount_minor, a.created_at_ms as at
    from payout_attempts a join payouts p on p.id = a.payout_id
    where a.created_at_ms > ${BigInt(nowMs - DAY_MS)} and a.status in ('open', 'completed') and p.asset_id in (${assets})
    order by a.created_at_ms`);
  return rows.map((row) => ({
    rail: row.rail,
    payeeId: row.payee_id,
    assetId: row.asset_id,
    amountMinor: row.amount_minor,
    atMs: Number(row.at),
  }));
}

export interface LimitUse {
  readonly limit: VelocityLimit;
  readonly usedMinor: bigint;
  readonly leftMinor: bigint;
  /** Whether the payout has to wait for it. */
  readonly waits: boolean;
  /** When enough will have started 24 hours ago; null where it need not wait, or never fits. */
  readonly freesAtMs: number | null;
}

/** The limits that a payout falls under, and what is left of each. */
export function limitsOn(
  { limits }: Pick<PolicyTerms, 'limits'>,
  started: readonly Started[],
  payout: Starting,
): readonly LimitUse[] {
  return limits.filter((limit) => isUnder(limit, payout)).map((limit) => limitUse(limit, started, payout));
}

function isUnder({ per, rails, assetId }: VelocityLimit, payout: Starting): boolean {
  return assetId === payout.assetId && (per !== 'rail' || (rails?.includes(payout.rail) ?? true));
}

function limitUse(limit: VelocityLimit, started: readonly Started[], payout: Starting): LimitUse {
  const most = BigInt(limit.perDayMinor);
  const beside = started.filter(
    (other) =>
      other.assetId === payout.assetId &&
      (limit.per !== 'rail' || other.rail === payout.rail) &&
      (limit.per !== 'payee' || other.payeeId === payout.payeeId),
  );
  const usedMinor = beside.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const leftMinor = usedMinor >= most ? 0n : most - usedMinor;
  if (payout.amountMinor <= leftMinor) return { limit, usedMinor, leftMinor, waits: false, freesAtMs: null };
  let free = most - usedMinor;
  for (const { amountMinor, atMs } of beside) {
    free += amountMinor;
    if (payout.amountMinor <= free) return { limit, usedMinor, leftMinor, waits: true, freesAtMs: atMs + DAY_MS };
  }
  return { limit, usedMinor, leftMinor, waits: true, freesAtMs: null };
}

/** `To each payee at most 5,000.00 USD … 1,200.00 USD of it is left; it frees on …`. */
export function limitUseInWords({ limit, leftMinor, waits, freesAtMs }: LimitUse, assets: AssetNames): string {
  const rule = limitInWords(limit, assets);
  if (!waits) return rule;
  if (freesAtMs === null) return `${rule} This payout alone is more than that, and can never start.`;
  const when = `${new Date(freesAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${rule} ${amountInWords(leftMinor, limit.assetId, assets)} of it is left now; there is room from ${when}.`;
}

/** The limit that holds it back longest, if any does. */
export function strictestOf(uses: readonly LimitUse[]): LimitUse | null {
  const waiting = uses.filter(({ waits }) => waits);
  const never = waiting.find(({ freesAtMs }) => freesAtMs === null);
  if (never) return never;
  return waiting.reduce<LimitUse | null>(
    (longest, use) => (longest === null || (use.freesAtMs ?? 0) > (longest.freesAtMs ?? 0) ? use : longest),
    null,
  );
}
