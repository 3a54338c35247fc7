/** What an entry says was changed: each field with what it was and what it is. */
import { words } from '../../app/words/words.ts';

const say = words.audit;

type Fields = Readonly<Record<string, unknown>>;

interface Change {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : { value };
}

/** The fields that differ; null where the entry does not hold a before and an after. */
export function changesOf(details: Fields): readonly Change[] | null {
  if (!('before' in details) || !('after' in details)) return null;
  const before = fieldsOf(details.before);
  const after = fieldsOf(details.after);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

function textOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return say.nothing;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function ChangedFields({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <table className="w-full table-fixed text-left">
      <thead className="text-xs text-faint">
        <tr>
          {[say.field, say.before, say.after].map((head) => (
            <th key={head} scope="col" className="py-1 pr-3 font-normal">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after }) => (
          <tr key={field} className="border-t border-line align-top">
            <th scope="row" className="py-1 pr-3 font-normal break-words text-soft">
              {field}
            </th>
            <td className="py-1 pr-3 break-words text-soft line-through decoration-line-strong">{textOf(before)}</td>
            <td className="py-1 font-medium break-words">{textOf(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
