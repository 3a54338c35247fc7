import { useState } from 'react';
import { IMPORT_FIELDS, IMPORT_FIELDS_NEEDED, type OpenedImport } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField } from '../../ui/field.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { localTime } from '../../ui/time-text.ts';
import { FieldMapping } from './field-mapping.tsx';
import type { ImportStage } from './import-stage.ts';
import { abandonImport, checkRows } from './import-steps.ts';
import { problemsOf, tidy } from './mapping.ts';
import { useFileDrop } from './use-file-drop.ts';

const say = words.imports.mapping;

interface Props {
  readonly stage: Extract<ImportStage, { at: 'mapping' }>;
}

/** Which column means what. Suggested or remembered; a person has the last word. */
export function MapColumns({ stage: { opened, wish, error } }: Props) {
  const [mapping, setMapping] = useState(wish.mapping);
  const [createPayees, setCreatePayees] = useState(wish.createPayees);
  useFileDrop(null);
  const { missing, twice } = problemsOf(mapping);
  const ready = missing.length === 0 && twice === null;
  const needed: readonly string[] = IMPORT_FIELDS_NEEDED;
  return (
    <div id="list" tabIndex={-1} className="flex min-w-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-auto px-6 py-5">
        <div className="flex max-w-4xl flex-col gap-4">
          <AboutFile opened={opened} />
          <table className="w-full table-fixed text-sm">
            <thead>
              <tr className="border-b border-line text-left text-xs text-faint">
                <th scope="col" className="w-[30%] py-1.5 font-normal">
                  {say.field}
                </th>
                <th scope="col" className="w-[34%] py-1.5 font-normal">
                  {say.column}
                </th>
                <th scope="col" className="py-1.5 pl-4 font-normal">
                  {say.sample}
                </th>
              </tr>
            </thead>
            <tbody>
              {IMPORT_FIELDS.map((field) => (
                <FieldMapping
                  key={field}
                  field={field}
                  needed={needed.includes(field)}
                  columns={opened.columns}
                  mapping={mapping}
                  onMapping={setMapping}
                />
              ))}
            </tbody>
          </table>
          <CheckField
            label={say.createPayees}
            note={say.createPayeesNote}
            checked={createPayees}
            onCheck={setCreatePayees}
          />
        </div>
      </div>
      <div className="flex flex-col gap-2 border-t border-line px-6 py-3">
        {error ? <ErrorNote error={error} /> : null}
        <div className="flex flex-wrap items-center gap-3">
          <Button
            kind="primary"
            disabled={!ready}
            onClick={() => checkRows({ opened }, { mapping: tidy(mapping), createPayees })}
          >
            {say.check}
          </Button>
          <Button kind="quiet" onClick={() => void abandonImport()}>
            {words.imports.abandon}
          </Button>
          <p role="status" className={ready ? 'text-faint' : 'text-amber'}>
            {missing.length > 0
              ? say.missing(missing.map((field) => words.imports.fields[field]).join(', '))
              : twice === null
                ? say.checkNote
                : say.twice(twice)}
          </p>
        </div>
      </div>
    </div>
  );
}

function formatOf({ format, delimiter, sheet }: OpenedImport): string {
  if (format === 'xlsx') return say.format.xlsx(sheet ?? '');
  if (format === 'rows') return say.format.rows;
  const { comma, semicolon, tab } = say.delimiters;
  return say.format.csv(delimiter === ';' ? semicolon : delimiter === '\t' ? tab : comma);
}

function AboutFile({ opened }: { readonly opened: OpenedImport }) {
  const { fileName, remembered, otherSheets, importedBefore } = opened;
  return (
    <>
      <div>
        <h2 className="truncate text-base font-semibold">{fileName}</h2>
        <p className="text-soft">
          {formatOf(opened)}. {remembered ? say.remembered : say.suggested} {say.lead}
        </p>
        {otherSheets.length > 0 ? <p className="text-amber">{say.otherSheets(otherSheets.join(', '))}</p> : null}
      </div>
      {importedBefore === null ? null : (
        <Consequence>
          <p className="font-medium">
            {say.before(
              importedBefore.by,
              localTime(importedBefore.importedAtMs),
              importedBefore.payouts.toLocaleString(),
            )}
          </p>
          <p>{say.beforeNote}</p>
        </Consequence>
      )}
    </>
  );
}
