/**
 * How payouts stand that wait for approval: who is asked next, and who may not answer. Many payouts
 * stand alike, so what waits for a person is decided once for each way of standing.
 */
import { createHash } from 'node:crypto';
import type { StaffRecord } from '../../access/staff.ts';
import { canonical } from '../../canonical/canonical.ts';
import type { RailName } from '../../contract/payees.ts';
import type { PayoutSource } from '../../contract/policy-terms.ts';
import type { QueueShow } from '../../contract/queue.ts';
import { type Asked, isAskedBy, type Need } from './needs.ts';
import type { QueueTables } from './tables.ts';

export type GroupRow = QueueTables['approval_queue_groups'];

/** Who is asked next, and how many of them. */
interface Next extends Asked {
  readonly missing: number;
}

export interface Standing {
  readonly state: GroupRow['state'];
  readonly next: Next | null;
  /** Those who asked for it or have approved it. */
  readonly excluded: readonly string[];
}

export function standingOf(
  need: Need,
  given: readonly number[],
  involved: {
    readonly askers: ReadonlySet<string>;
    readonly givers: readonly StaffRecord[];
    readonly changesRequested: boolean;
  },
): Standing {
  const open = need.steps.findIndex((step, index) => (given[index] ?? 0) < step.approvals);
  const step = need.steps[open];
  const next = step
    ? {
        missing: step.approvals - (given[open] ?? 0),
        roles: [...step.roles].sort(),
        groups: [...step.groups].sort(),
        exceptRoles: [...step.exceptRoles].sort(),
      }
    : null;
  const excluded = [...new Set([...involved.askers, ...involved.givers.map(({ id }) => id as string)])].sort();
  if (involved.changesRequested) return { state: 'changes', next, excluded };
  return { state: need.refused === null ? 'asks' : 'blocked', next, excluded };
}

export function groupOf(
  payout: {
    readonly rail: RailName;
    readonly assetId: string;
    readonly source: PayoutSource;
    readonly importId: string | null;
  },
  { state, next, excluded }: Standing,
): GroupRow {
  const rest = {
    rail: payout.rail,
    asset_id: payout.assetId,
    source: payout.source,
    import_id: payout.importId,
    state,
    asks: canonical(next as never),
    excluded: canonical([...excluded]),
  };
  return { id: createHash('sha256').update(canonical(rest)).digest('hex').slice(0, 16), ...rest };
}

export function standingInRow(row: GroupRow): Standing {
  return {
    state: row.state,
    next: JSON.parse(row.asks) as Next | null,
    excluded: JSON.parse(row.excluded) as string[],
  };
}

/** Everybody who could give the next approval. */
export function eligibleFor({ next, excluded }: Standing, staff: readonly StaffRecord[]): readonly StaffRecord[] {
  return next ? staff.filter((person) => isAskedBy(next, person) && !excluded.includes(person.id)) : [];
}

/** How it stands towards this person. */
export function showFor(
  standing: Standing,
  personId: string,
  staff: readonly StaffRecord[],
): Exclude<QueueShow, 'all'> {
  if (standing.state !== 'asks') return standing.state;
  const eligible = eligibleFor(standing, staff);
  if (eligible.length === 0) return 'blocked';
  return eligible.some(({ id }) => id === personId) ? 'mine' : 'others';
}
