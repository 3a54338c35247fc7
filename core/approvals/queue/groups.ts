/**
 * How payouts stand that wait for approval: which steps are open, and who may not take them. Many
 * payouts stand alike, so what waits for a person is decided once for each way of standing.
 */
import { createHash } from 'node:crypto';
import type { StaffRecord } from '../../access/staff.ts';
import { canonical } from '../../canonical/canonical.ts';
import type { QueueShow } from '../../contract/queue.ts';
import type { PayoutRecord } from '../../payouts/repository.ts';
import type { AskedStep } from '../policy/decide.ts';
import { canBeTaken, isAsked } from '../policy/steps.ts';
import type { Standing } from '../standing.ts';
import type { QueueTables } from './tables.ts';

export type GroupRow = QueueTables['approval_queue_groups'];

export interface Place {
  readonly state: GroupRow['state'];
  /** Empty where the policy asks nobody. */
  readonly steps: readonly AskedStep[];
  readonly given: readonly number[];
  /** Those who asked for it or have approved it. */
  readonly excluded: readonly string[];
}

/** `askedNow` is somebody whose asking for it is not in the log before the commit. */
export function placeOf(standing: Standing, changesRequested: boolean, askedNow: string | null): Place {
  const { decision, progress, askers } = standing;
  const givers = [...(progress?.counted ?? [])].map(({ person }) => person.id as string);
  const excluded = new Set([...askers, ...givers, ...(askedNow === null ? [] : [askedNow])]);
  const steps = decision.outcome === 'asks' ? decision.requirement.steps : [];
  const waits = decision.outcome === 'asks' ? 'asks' : 'blocked';
  return {
    state: changesRequested ? 'changes' : waits,
    steps,
    given: progress?.given ?? [],
    excluded: [...excluded].sort(),
  };
}

export function groupOf(payout: PayoutRecord, { state, steps, given, excluded }: Place): GroupRow {
  const rest = {
    rail: payout.rail,
    asset_id: payout.assetId,
    source: payout.source,
    import_id: importOf(payout),
    state,
    asks: canonical({ steps, given } as never),
    excluded: canonical([...excluded]),
  };
  return { id: createHash('sha256').update(canonical(rest)).digest('hex').slice(0, 16), ...rest };
}

/** The file it came with, whose import made its key. */
export function importOf({ source, idempotencyKey }: PayoutRecord): string | null {
  return source === 'file' ? (/^import:(imp_[0-9a-z]{25}):/.exec(idempotencyKey)?.[1] ?? null) : null;
}

export function placeInRow(row: GroupRow): Place {
  const { steps, given } = JSON.parse(row.asks) as Pick<Place, 'steps' | 'given'>;
  return { state: row.state, steps, given, excluded: JSON.parse(row.excluded) as string[] };
}

/** The step that is asked now. One that has all it needs takes one more for its last step. */
function nextStep({ steps, given }: Place): AskedStep | undefined {
  return steps.find((step, place) => (given[place] ?? 0) < step.approvals) ?? steps.at(-1);
}

/** Everybody who could give the next approval. */
function eligibleFor(place: Place, staff: readonly StaffRecord[]): readonly StaffRecord[] {
  const step = nextStep(place);
  return step ? staff.filter((person) => isAsked(step, person) && !place.excluded.includes(person.id)) : [];
}

/** How it stands towards this person. */
export function showFor(place: Place, personId: string, staff: readonly StaffRecord[]): Exclude<QueueShow, 'all'> {
  if (place.state !== 'asks') return place.state;
  const others = staff.filter(({ id }) => !place.excluded.includes(id));
  if (!canBeTaken(place.steps, place.given, others)) return 'blocked';
  return eligibleFor(place, staff).some(({ id }) => id === personId) ? 'mine' : 'others';
}

/** Whether this person is asked now; what else may be in the way is not looked at. */
export function isNext(place: Place, personId: string, staff: readonly StaffRecord[]): boolean {
  return eligibleFor(place, staff).some(({ id }) => id === personId);
}
