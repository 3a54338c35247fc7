/** The small controls above a list; each stands out while it narrows. */
import { FILTER_BOX } from './filter.ts';

interface SelectFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  /** What stands there when nothing is chosen; left out where something always is. */
  readonly any?: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly onChoose: (value: string) => void;
}

export function SelectFilter({ label, value, any, choices, onChoose }: SelectFilterProps) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      data-set={any !== undefined && Boolean(value)}
      onChange={(event) => onChoose(event.target.value)}
      className={`max-w-44 ${FILTER_BOX}`}
    >
      {any === undefined ? null : <option value="">{any}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

interface DayFieldProps {
  /** What happens on that day. */
  readonly of: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly onDay: (day: string) => void;
}

export function DayField({ of, label, value = '', onDay }: DayFieldProps) {
  return (
    <label className="inline-flex items-center gap-1.5 text-xs whitespace-nowrap text-faint">
      {label}
      <input
        type="date"
        aria-label={`${of}: ${label}`}
        value={value}
        data-set={value !== ''}
        onChange={(event) => onDay(event.target.value)}
        className={`tabular ${FILTER_BOX}`}
      />
    </label>
  );
}
