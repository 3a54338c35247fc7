import { amountText, minorOf } from './amount-text.ts';

interface AmountProps {
  readonly minor: string;
  readonly scale: number;
  readonly code: string;
  /** In a column whose heading names the asset. */
  readonly bare?: boolean;
  readonly quietZero?: boolean;
}

export function Amount({ minor, scale, code, bare = false, quietZero = false }: AmountProps) {
  const value = minorOf(minor);
  return (
    <span className={`tabular whitespace-nowrap ${quietZero && value === 0n ? 'text-faint' : ''}`}>
      {amountText(value, scale)}
      {bare ? null : <span className="ml-1.5 inline-block min-w-8 text-left text-xs text-faint">{code}</span>}
    </span>
  );
}
