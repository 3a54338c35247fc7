import type { TimeOfRecord } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { FILTER_BOX } from '../../ui/filter.ts';

const WORDS = words.ledger.asOf;
const TIMES: readonly TimeOfRecord[] = ['effective', 'recorded'];

interface Props {
  readonly at: string;
  readonly by: TimeOfRecord;
  readonly onChange: (at: string, by: TimeOfRecord) => void;
}

/** A moment, and which of an entry's two times is held against it. */
export function AsOfFields({ at, by, onChange }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-xs text-faint">
      <label className="inline-flex items-center gap-1.5">
        {WORDS.at}
        <input
          type="datetime-local"
          value={at}
          data-set={at !== ''}
          onChange={(event) => onChange(event.target.value, by)}
          className={`tabular ${FILTER_BOX}`}
        />
      </label>
      <label className="inline-flex items-center gap-1.5">
        {WORDS.by}
        <select
          value={by}
          onChange={(event) => onChange(at, TIMES.find((time) => time === event.target.value) ?? by)}
          className={FILTER_BOX}
        >
          {TIMES.map((time) => (
            <option key={time} value={time}>
              {WORDS.times[time]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
