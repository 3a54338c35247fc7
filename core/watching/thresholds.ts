/** From where on something needs attention: standards that hold until an admin sets others. */
import { sql } from 'kysely';
import { type AlertThresholds, THRESHOLDS, type ThresholdName } from '../contract/alerts.ts';
import { unknownAsset } from '../ledger/errors.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { badThreshold, nothingChanged } from './errors.ts';

interface Bounds {
  readonly standard: number;
  readonly min: number;
  readonly max: number;
}

const MINUTES_OF_A_WEEK = 7 * 24 * 60;
const minutes = (standard: number): Bounds => ({ standard, min: 1, max: MINUTES_OF_A_WEEK });
const hours = (standard: number): Bounds => ({ standard, min: 1, max: 31 * 24 });

/**
 * A ledger of Stellar closes within seconds, and what a transaction's signatures take does not count.
 * Stripe answers at once. A batch of NOWPayments goes through several networks, the slowest of which
 * take hours.
 */
export const BOUNDS: Readonly<Record<ThresholdName, Bounds>> = {
  stuck_stellar_minutes: minutes(15),
  stuck_stripe_minutes: minutes(30),
  stuck_nowpayments_minutes: minutes(240),
  stuck_simulated_minutes: minutes(15),
  waiting_hours: hours(24),
  failure_percent: { standard: 10, min: 1, max: 100 },
  failure_outcomes: { standard: 10, min: 1, max: 100_000 },
  unhealthy_minutes: minutes(5),
  sync_lag_minutes: minutes(15),
  quarantine_hours: hours(24),
  short_days: { standard: 7, min: 0, max: 90 },
  device_minutes: minutes(10),
  job_failures: { standard: 3, min: 1, max: 1_000 },
  job_late_minutes: minutes(15),
  backup_hours: hours(36),
  delivery_minutes: minutes(30),
};

export type Thresholds = Readonly<Record<ThresholdName, number>>;

const FLOOR = 'treasury_floor:';

export async function readThresholds(
  reader: Reader,
): Promise<{ readonly thresholds: Thresholds; readonly floors: ReadonlyMap<string, bigint> }> {
  const rows = await reader.db.selectFrom('alert_thresholds').select(['name', 'value']).execute();
  const set = new Map(rows.map(({ name, value }) => [name, value]));
  return {
    thresholds: Object.fromEntries(
      THRESHOLDS.map((name) => [name, Number(set.get(name) ?? BOUNDS[name].standard)]),
    ) as Record<ThresholdName, number>,
    floors: new Map(
      rows.flatMap(({ name, value }) => (name.startsWith(FLOOR) ? [[name.slice(FLOOR.length), value] as const] : [])),
    ),
  };
}

/** Credits are no asset of the treasury's: no rail pays them out. */
export async function thresholdsView(reader: Reader): Promise<AlertThresholds> {
  const { thresholds, floors } = await readThresholds(reader);
  const assets = await reader.db
    .selectFrom('assets')
    .select(['id', 'code', 'scale'])
    .where('id', 'not like', 'credit:%')
    .orderBy('id')
    .execute();
  return {
    thresholds: THRESHOLDS.map((name) => ({ name, value: thresholds[name], ...BOUNDS[name] })),
    floors: assets.map(({ id, code, scale }) => ({
      assetId: id,
      assetCode: code,
      scale: Number(scale),
      floorMinor: floors.get(id)?.toString() ?? null,
    })),
  };
}

export interface ThresholdChange {
  readonly thresholds: readonly { readonly name: ThresholdName; readonly value: number }[];
  readonly floors: readonly { readonly assetId: string; readonly floorMinor: bigint | null }[];
  readonly reason: string;
}

export async function setThresholds(work: Work, change: ThresholdChange): Promise<AlertThresholds> {
  const { tx } = work;
  const before = await readThresholds(tx);
  for (const { name, value } of change.thresholds) {
    const { min, max } = BOUNDS[name];
    if (value < min || value > max) throw badThreshold(name, min, max);
  }
  await refuseUnknownAssets(
    tx,
    change.floors.map(({ assetId }) => assetId),
  );
  const thresholds = change.thresholds.filter(({ name, value }) => value !== before.thresholds[name]);
  const floors = change.floors.filter(({ assetId, floorMinor }) => floorMinor !== (before.floors.get(assetId) ?? null));
  if (thresholds.length === 0 && floors.length === 0) throw nothingChanged();

  for (const { name, value } of thresholds) await write(work, name, BigInt(value));
  for (const { assetId, floorMinor } of floors) {
    if (floorMinor === null) await tx.run(sql`delete from alert_thresholds where name = ${FLOOR + assetId}`);
    else await write(work, FLOOR + assetId, floorMinor);
  }
  work.audit({
    action: 'alerts.set',
    subject: 'vault',
    details: {
      reason: change.reason,
      thresholds: thresholds.map(({ name, value }) => ({ name, before: before.thresholds[name], after: value })),
      floors: floors.map(({ assetId, floorMinor }) => ({
        assetId,
        before: before.floors.get(assetId)?.toString() ?? null,
        after: floorMinor?.toString() ?? null,
      })),
    },
  });
  work.emit({ name: 'alerts.set', subject: 'vault' });
  return thresholdsView(tx);
}

async function refuseUnknownAssets(reader: Reader, assetIds: readonly string[]): Promise<void> {
  if (assetIds.length === 0) return;
  const known = await reader.db.selectFrom('assets').select('id').where('id', 'in', assetIds).execute();
  const unknown = assetIds.find((assetId) => !known.some(({ id }) => id === assetId));
  if (unknown !== undefined) throw unknownAsset(unknown);
}

async function write(work: Work, name: string, value: bigint): Promise<void> {
  const row = { value, changed_at_ms: BigInt(work.nowMs), changed_by: work.actor.id };
  await work.tx.write
    .insertInto('alert_thresholds')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}
