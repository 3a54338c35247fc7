import { words } from '../../app/words/words.ts';
import { amountText, readAmount } from '../../ui/amount-text.ts';
import { TextField } from '../../ui/field.tsx';
import type { PayableAsset } from './assets.ts';

export interface TypedAmount {
  readonly minor: bigint | null;
  readonly problem: string | null;
}

/** Exactly what was typed, or why it is none. Nothing is rounded. */
export function typedAmount(typed: string, scale: number): TypedAmount {
  if (typed.trim() === '') return { minor: null, problem: null };
  const read = readAmount(typed, scale);
  if (!read.ok) return { minor: null, problem: words.request.amountProblems[read.problem] };
  return read.minor > 0n
    ? { minor: read.minor, problem: null }
    : { minor: null, problem: words.request.amountProblems.zero };
}

interface Props {
  readonly label: string;
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly asset: PayableAsset;
}

export function AmountField({ label, typed, onType, asset }: Props) {
  const { minor, problem } = typedAmount(typed, asset.scale);
  return (
    <TextField
      label={label}
      value={typed}
      onText={onType}
      inputMode="decimal"
      required
      maxLength={40}
      className="tabular text-right"
      problem={problem}
      hint={minor === null ? undefined : `${amountText(minor, asset.scale)} ${asset.code}`}
    />
  );
}
