import { type ImportField, type ImportMapping, type OpenedImport, RAILS } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { type ConstantField, isConstantField, withColumn, withConstant } from './mapping.ts';

const say = words.imports.mapping;
const BOX =
  'h-7 w-full rounded-md border border-line-strong/60 bg-raised px-2 text-sm text-ink hover:border-line-strong';
/** Choices of the selection that are no column; a header cannot begin like this. */
const NONE = '\u0000none';
const SAME = '\u0000same';

interface Props {
  readonly field: ImportField;
  readonly needed: boolean;
  readonly columns: OpenedImport['columns'];
  readonly mapping: ImportMapping;
  readonly onMapping: (mapping: ImportMapping) => void;
}

/** One field, the column it is read from, and what stands in it. */
export function FieldMapping({ field, needed, columns, mapping, onMapping }: Props) {
  const name = words.imports.fields[field];
  const column = mapping.columns[field];
  const constant = isConstantField(field) ? mapping.constants?.[field] : undefined;
  const samples = columns.find(({ header }) => header === column)?.samples ?? [];
  const choose = (value: string) => {
    if (value === SAME && isConstantField(field)) onMapping(withConstant(mapping, field, firstValueOf(field)));
    else onMapping(withColumn(mapping, field, value === NONE ? null : value));
  };
  return (
    <tr className="border-b border-line align-top">
      <th scope="row" className="py-1.5 pr-3 text-left font-normal">
        {name}
        {needed ? <span className="text-amber"> · {say.needed}</span> : null}
        <span className="block text-xs text-faint">{words.imports.fieldNotes[field]}</span>
      </th>
      <td className="py-1.5">
        <select
          aria-label={name}
          value={column ?? (constant === undefined ? NONE : SAME)}
          onChange={(event) => choose(event.target.value)}
          className={`${BOX} ${column === undefined && constant === undefined ? 'text-faint' : ''}`}
        >
          <option value={NONE}>{say.none}</option>
          {isConstantField(field) ? <option value={SAME}>{say.same}</option> : null}
          {columns.map(({ header }) => (
            <option key={header} value={header}>
              {header}
            </option>
          ))}
        </select>
      </td>
      <td className="py-1.5 pl-4 text-soft">
        {isConstantField(field) && constant !== undefined ? (
          <ConstantValue
            field={field}
            value={constant}
            onValue={(value) => onMapping(withConstant(mapping, field, value))}
          />
        ) : (
          <span className="block truncate leading-7" title={samples.join(' · ')}>
            {samples.filter((sample) => sample !== '').join(' · ')}
          </span>
        )}
      </td>
    </tr>
  );
}

function firstValueOf(field: ConstantField): string {
  return field === 'rail' ? RAILS[0] : '';
}

function ConstantValue({
  field,
  value,
  onValue,
}: {
  readonly field: ConstantField;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const label = say.constant(words.imports.fields[field]);
  if (field === 'rail') {
    return (
      <select aria-label={label} value={value} onChange={(event) => onValue(event.target.value)} className={BOX}>
        {RAILS.map((rail) => (
          <option key={rail} value={rail}>
            {words.rails[rail]}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      aria-label={label}
      value={value}
      onChange={(event) => onValue(event.target.value)}
      maxLength={field === 'asset' ? 120 : 24}
      placeholder={field === 'asset' ? 'iso:USD' : 'usdttrc20'}
      spellCheck={false}
      className={`${BOX} font-mono text-xs placeholder:text-faint`}
    />
  );
}
