/** Percents, tiers and batches as they are typed; exactly what was typed, or null. Nothing is rounded. */
import type { CampaignFormula, DiscountTiers } from '../../../core/contract/index.ts';
import { readAmount } from '../../ui/amount-text.ts';

const PERCENT_SCALE = 2;
const ALL_OF_IT = 10_000n;
const DAYS_MAX = 3_650;
const KIND = /^[a-z][a-z0-9_]{0,39}$/;

/** Above 0 and at most 100, in hundredths of a percent. */
export function readPercent(typed: string): number | null {
  const read = readAmount(typed, PERCENT_SCALE);
  return read.ok && read.minor > 0n && read.minor <= ALL_OF_IT ? Number(read.minor) : null;
}

export function percentText(basisPoints: number): string {
  const [whole = '', decimals = ''] = (basisPoints / 100).toFixed(PERCENT_SCALE).split('.');
  const shown = decimals.replace(/0+$/, '');
  return shown === '' ? whole : `${whole}.${shown}`;
}

export function readDays(typed: string): number | null {
  const days = /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : 0;
  return days >= 1 && days <= DAYS_MAX ? days : null;
}

export const isChargeKind = (text: string): boolean => KIND.test(text);

/** Two things on each line, apart by a tab or a semicolon. A space does not do: amounts may hold some. */
function pairs(typed: string): readonly (readonly [string, string])[] {
  return typed
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [first = '', second = '', ...rest] = line.split(/[\t;]/).map((cell) => cell.trim());
      return rest.length > 0 ? [line, ''] : [first, second];
    });
}

type FormulaTiers = Extract<CampaignFormula, { kind: 'tiered' }>['tiers'];

export function readFormulaTiers(typed: string, scale: number): FormulaTiers | null {
  const tiers: { fromMinor: bigint; amountMinor: bigint }[] = [];
  for (const [from, amount] of pairs(typed)) {
    const reads = [readAmount(from, scale), readAmount(amount, scale)] as const;
    if (!reads[0].ok || !reads[1].ok || reads[0].minor < 0n || reads[1].minor <= 0n) return null;
    if (reads[0].minor <= (tiers.at(-1)?.fromMinor ?? -1n)) return null;
    tiers.push({ fromMinor: reads[0].minor, amountMinor: reads[1].minor });
  }
  if (tiers.length === 0) return null;
  return tiers.map(({ fromMinor, amountMinor }) => ({
    fromMinor: fromMinor.toString(),
    amountMinor: amountMinor.toString(),
  }));
}

export function readDiscountTiers(
  typed: string,
  by: DiscountTiers['by'],
  windowDays: number | null,
  scale: number,
): DiscountTiers | null {
  const read = pairs(typed).map(([first, percent]) => ({ first, basisPoints: readPercent(percent) }));
  if (read.length === 0) return null;
  if (by === 'membership') {
    const tiers = read.flatMap(({ first, basisPoints }) =>
      first === '' || basisPoints === null ? [] : [{ membership: first, basisPoints }],
    );
    return tiers.length === read.length ? { by, tiers } : null;
  }
  const tiers = read.flatMap(({ first, basisPoints }) => {
    const from = readAmount(first, scale);
    return !from.ok || from.minor < 0n || basisPoints === null
      ? []
      : [{ fromMinor: from.minor.toString(), basisPoints }];
  });
  return tiers.length === read.length ? { by, windowDays, tiers } : null;
}

export interface TypedMember {
  readonly reference: string;
  readonly basisMinor?: string;
}

export type ReadMembers =
  | { readonly ok: true; readonly members: readonly TypedMember[] }
  | {
      readonly ok: false;
      readonly problem: 'tooMany' | 'figureMissing' | 'figureUnwanted' | 'twice';
      readonly at: number;
      readonly reference: string;
    };

/** The members of a batch: a reference on each line, and a figure where the formula goes by one. */
export function readMembers(typed: string, withFigure: boolean, scale: number, most: number): ReadMembers {
  const lines = withFigure
    ? pairs(typed)
    : typed.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [[line.trim(), ''] as const]));
  const problem = (kind: Exclude<ReadMembers, { ok: true }>['problem'], index: number): ReadMembers => ({
    ok: false,
    problem: kind,
    at: index + 1,
    reference: lines[index]?.[0] ?? '',
  });
  if (lines.length > most) return problem('tooMany', most);
  const seen = new Set<string>();
  const members: TypedMember[] = [];
  for (const [index, [reference, figure]] of lines.entries()) {
    if (seen.has(reference)) return problem('twice', index);
    seen.add(reference);
    if (!withFigure) {
      if (/[\t;]/.test(reference)) return problem('figureUnwanted', index);
      members.push({ reference });
      continue;
    }
    const read = readAmount(figure, scale);
    if (!read.ok || read.minor < 0n) return problem('figureMissing', index);
    members.push({ reference, basisMinor: read.minor.toString() });
  }
  return { ok: true, members };
}
