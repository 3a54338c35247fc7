import { type FormEvent, useState } from 'react';
import {
  IMPORT_FIELDS,
  type ImportField,
  type ImportMapping,
  type RowProblem,
  type RowWarning,
} from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, GoodNote } from '../../ui/states.tsx';
import type { Correction } from './import-steps.ts';
import { EngineProgress } from './import-working.tsx';
import type { ListedRow } from './use-imports.ts';

const say = words.imports.row;
const { problems: problemWords, warnings: warningWords } = words.importNotes;

interface Props {
  readonly row: ListedRow;
  readonly mapping: ImportMapping;
  readonly importId: string;
  readonly focusProblem: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onSave: (cells: readonly Correction[]) => void;
}

/** One row: what is wrong with it and what to do, and its cells to be put right. */
export function RowPanel({ row, mapping, importId, focusProblem, busy, error, onClose, onSave }: Props) {
  return (
    <Panel
      of={row.id}
      label={say.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="text-base font-semibold">{say.title(row.line.toLocaleString())}</h2>
          <p className="truncate text-soft">{row.payeeName ?? row.values.payeeName ?? row.values.payee}</p>
        </>
      }
    >
      {row.problems.length > 0 ? (
        <Section title={say.problems}>
          <ul className="flex flex-col gap-2">
            {row.problems.map((problem) => (
              <Note key={`${problem.code} ${problem.field}`} note={problem} fix={problemWords[problem.code].fix} bad />
            ))}
          </ul>
        </Section>
      ) : (
        <GoodNote>{say.fine}</GoodNote>
      )}
      {row.warnings.length > 0 ? (
        <Section title={say.warnings}>
          <ul className="flex flex-col gap-2">
            {row.warnings.map((warning) => (
              <Note key={`${warning.code} ${warning.field}`} note={warning} fix={warningWords[warning.code].fix} />
            ))}
          </ul>
        </Section>
      ) : null}
      <WhatItMeans row={row} />
      <CellsForm row={row} mapping={mapping} focusProblem={focusProblem} busy={busy} onSave={onSave} />
      {busy ? <EngineProgress importId={importId} /> : null}
      {error ? <ErrorNote error={error} /> : null}
    </Panel>
  );
}

function Note({
  note,
  fix,
  bad = false,
}: {
  readonly note: RowProblem | RowWarning;
  readonly fix: string;
  readonly bad?: boolean;
}) {
  return (
    <li className={`rounded-md px-3 py-2 ${bad ? 'bg-red-wash' : 'bg-amber-wash'}`}>
      <p className={`font-medium ${bad ? 'text-red' : 'text-amber'}`}>{note.message}</p>
      <p>{fix}</p>
      {note.column === null ? null : <p className="text-xs text-soft">{say.column(note.column)}</p>}
    </li>
  );
}

/** How the row was understood, where it was. */
function WhatItMeans({ row }: { readonly row: ListedRow }) {
  const { amountMinor, scale, assetCode, rail, address } = row;
  const paid = amountMinor !== null && scale !== null && assetCode !== null;
  if (!paid && address === null) return null;
  return (
    <Facts>
      {paid ? (
        <Fact name={say.paid}>
          <Amount minor={amountMinor} scale={scale} code={assetCode} />
        </Fact>
      ) : null}
      {address === null ? null : (
        <Fact name={say.paidTo}>
          {rail === null ? null : <span className="block text-xs text-soft">{words.rails[rail]}</span>}
          <FullAddress address={address} />
        </Fact>
      )}
    </Facts>
  );
}

interface CellsProps {
  readonly row: ListedRow;
  readonly mapping: ImportMapping;
  readonly focusProblem: boolean;
  readonly busy: boolean;
  readonly onSave: (cells: readonly Correction[]) => void;
}

/** The fields with problems first, whether the file has them or not; then those that are matched. */
function CellsForm({ row, mapping, focusProblem, busy, onSave }: CellsProps) {
  const [typed, setTyped] = useState<Partial<Record<ImportField, string>>>({});
  const problemOf = (field: ImportField) => row.problems.find((problem) => problem.field === field);
  const shown = IMPORT_FIELDS.filter(
    (field) => mapping.columns[field] !== undefined || row.values[field] !== undefined || problemOf(field),
  );
  const fields = [...shown.filter(problemOf), ...shown.filter((field) => !problemOf(field))];
  const cells = fields.flatMap((field) => {
    const text = typed[field];
    return text === undefined || text === (row.values[field] ?? '') ? [] : [{ line: row.line, field, text }];
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (cells.length > 0 && !busy) onSave(cells);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div>
        <h3 className="text-xs font-semibold text-soft">{say.values}</h3>
        <p className="text-xs text-faint">{say.valuesNote}</p>
      </div>
      {fields.map((field, at) => (
        <TextField
          key={field}
          label={words.imports.fields[field]}
          hint={mapping.columns[field] === undefined ? say.notMapped : undefined}
          problem={problemOf(field)?.message}
          value={typed[field] ?? row.values[field] ?? ''}
          onText={(text) => setTyped({ ...typed, [field]: text })}
          maxLength={1000}
          autoFocus={focusProblem && at === 0}
        />
      ))}
      <div>
        <Button kind="primary" type="submit" busy={busy} disabled={cells.length === 0}>
          {say.save}
        </Button>
      </div>
    </form>
  );
}
