/** Thresholds as they are typed, and what of them was changed. */
import type { AlertThresholds, ThresholdName } from '../../../core/contract/index.ts';
import { formatDecimal } from '../../../core/money/minor.ts';
import { words } from '../../app/words/words.ts';
import { minorOf, readAmount } from '../../ui/amount-text.ts';

export interface TypedThresholds {
  readonly thresholds: Readonly<Record<ThresholdName, string>>;
  /** By asset; empty where there is no floor. */
  readonly floors: Readonly<Record<string, string>>;
}

export interface ThresholdChanges {
  readonly thresholds: { name: ThresholdName; value: number }[];
  readonly floors: { assetId: string; floorMinor: string | null }[];
}

export function typedOf({ thresholds, floors }: AlertThresholds): TypedThresholds {
  return {
    thresholds: Object.fromEntries(thresholds.map(({ name, value }) => [name, String(value)])) as Record<
      ThresholdName,
      string
    >,
    floors: Object.fromEntries(
      floors.map(({ assetId, floorMinor, scale }) => [
        assetId,
        floorMinor === null ? '' : formatDecimal(minorOf(floorMinor), scale),
      ]),
    ),
  };
}

/** Null where it is no amount; an empty one is no floor. */
function floorOf(typed: string, scale: number): bigint | 'none' | null {
  if (typed.trim() === '') return 'none';
  const read = readAmount(typed, scale);
  return read.ok && read.minor >= 0n ? read.minor : null;
}

export function problemOf(typed: string, scale: number): string | null {
  if (floorOf(typed, scale) !== null) return null;
  const read = readAmount(typed, scale);
  return words.request.amountProblems[read.ok ? 'not_a_number' : read.problem];
}

export function changesOf(typed: TypedThresholds, kept: AlertThresholds): ThresholdChanges | 'none' | 'bad' {
  const changes: ThresholdChanges = { thresholds: [], floors: [] };
  for (const { name, value, min, max } of kept.thresholds) {
    const text = typed.thresholds[name].trim();
    const next = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (!(next >= min && next <= max)) return 'bad';
    if (next !== value) changes.thresholds.push({ name, value: next });
  }
  for (const { assetId, scale, floorMinor } of kept.floors) {
    const floor = floorOf(typed.floors[assetId] ?? '', scale);
    if (floor === null) return 'bad';
    const next = floor === 'none' ? null : floor.toString();
    if (next !== floorMinor) changes.floors.push({ assetId, floorMinor: next });
  }
  return changes.thresholds.length + changes.floors.length === 0 ? 'none' : changes;
}

export function unitOf(name: ThresholdName): keyof typeof words.alerts.thresholds.units {
  if (name.endsWith('_minutes')) return 'minutes';
  if (name.endsWith('_hours')) return 'hours';
  if (name.endsWith('_days')) return 'days';
  if (name === 'failure_percent') return 'percent';
  return name === 'failure_outcomes' ? 'outcomes' : 'times';
}
