import type { ImportPreview, RowProblemCode, RowWarningCode } from '../../../core/contract/index.ts';
import { tell } from '../../app/refusals.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { CheckField } from '../../ui/field.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { localTime } from '../../ui/time-text.ts';
import type { ImportStage } from './import-stage.ts';
import { abandonImport, checkRows, choose, commitImport, matchAgain } from './import-steps.ts';
import { ImportTotals } from './import-totals.tsx';
import { PROBLEMS_GO_TO, useTakeProblems } from './use-imports.ts';

const say = words.imports.preview;
/** Refusals after which the rows have to be looked at once more. */
const CHECK_AGAIN: readonly string[] = ['import.stale', 'import.not_checked', 'import.problems'];

type PreviewStage = Extract<ImportStage, { at: 'preview' }>;

/** What would be written, what stands against it, and the one button. */
export function PreviewSummary({ stage }: { readonly stage: PreviewStage }) {
  const { opened, wish, preview, error } = stage;
  const take = useTakeProblems(preview.importId);
  return (
    <aside
      aria-label={say.summary}
      className="flex w-[27rem] shrink-0 flex-col border-l border-line bg-surface max-[1180px]:w-[23.5rem]"
    >
      <div className="border-b border-line px-5 py-3">
        <h2 className="truncate text-base font-semibold">{preview.fileName}</h2>
        <p className="text-soft">{say.summary}</p>
      </div>
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-5 py-4">
        <Counts preview={preview} />
        <Section title={say.totals}>
          <ImportTotals totals={preview.totals} />
        </Section>
        {preview.problems.length > 0 ? (
          <Section
            title={say.byCode.problems}
            action={
              <Button
                kind="quiet"
                className="h-7"
                busy={take.isPending}
                onClick={() => take.mutate()}
                title={say.take[PROBLEMS_GO_TO].note}
              >
                {take.isSuccess ? say.take[PROBLEMS_GO_TO].done : say.take[PROBLEMS_GO_TO].button}
              </Button>
            }
          >
            {take.isError ? <ErrorNote error={take.error} /> : null}
            <ByCode counted={preview.problems} notes={words.importNotes.problems} hue="text-red" />
          </Section>
        ) : null}
        {preview.warnings.length > 0 ? (
          <Section title={say.byCode.warnings}>
            <ByCode counted={preview.warnings} notes={words.importNotes.warnings} hue="text-amber" />
          </Section>
        ) : null}
        <fieldset disabled={stage.correcting} className="-mx-2 flex flex-wrap gap-1">
          <Button kind="quiet" className="px-2" onClick={() => matchAgain(stage)}>
            {say.remap}
          </Button>
          <Button kind="quiet" className="px-2" onClick={() => checkRows({ opened }, wish)}>
            {say.again}
          </Button>
          <Button kind="quiet" className="px-2" onClick={() => void abandonImport()}>
            {words.imports.abandon}
          </Button>
        </fieldset>
      </div>
      <div className="flex flex-col gap-3 border-t border-line px-5 py-3">
        {error ? (
          <ErrorNote
            error={error}
            onRetry={CHECK_AGAIN.includes(tell(error).code) ? () => checkRows({ opened }, wish) : undefined}
          />
        ) : null}
        <Commit stage={stage} />
      </div>
    </aside>
  );
}

function Counts({ preview }: { readonly preview: ImportPreview }) {
  const lines = [
    [say.counts.rows, preview.rows, ''],
    [say.counts.good, preview.good, ''],
    [say.counts.bad, preview.bad, 'text-red'],
    [say.counts.warned, preview.warned, 'text-amber'],
    [say.counts.newPayees, preview.newPayees, ''],
  ] as const;
  return (
    <Facts>
      {lines.map(([name, count, hue]) => (
        <Fact key={name} name={name}>
          <span className={`tabular ${count === 0 ? 'text-faint' : hue}`}>{count.toLocaleString()}</span>
        </Fact>
      ))}
    </Facts>
  );
}

function ByCode<Code extends RowProblemCode | RowWarningCode>({
  counted,
  notes,
  hue,
}: {
  readonly counted: readonly { readonly code: Code; readonly rows: number }[];
  readonly notes: Readonly<Record<Code, { readonly name: string; readonly fix: string }>>;
  readonly hue: string;
}) {
  return (
    <ul className="flex flex-col gap-2">
      {counted.map(({ code, rows }) => (
        <li key={code}>
          <p className="flex justify-between gap-3">
            <span className={hue}>{notes[code].name}</span>
            <span className="tabular whitespace-nowrap text-soft">{say.rowsOf(rows.toLocaleString())}</span>
          </p>
          <p className="text-xs text-faint">{notes[code].fix}</p>
        </li>
      ))}
    </ul>
  );
}

function Commit({ stage }: { readonly stage: PreviewStage }) {
  const { preview } = stage;
  const { importedBefore } = preview;
  const { insist, onlyGoodRows } = stage.choices;
  const good = preview.good.toLocaleString();
  const held = preview.bad > 0 && !onlyGoodRows;
  const heldAsRepeat = importedBefore !== null && !insist;
  const ready = preview.good > 0 && !held && !heldAsRepeat && !stage.correcting;
  return (
    <>
      {importedBefore === null ? null : (
        <Consequence>
          <p className="font-medium">
            {words.imports.mapping.before(
              importedBefore.by,
              localTime(importedBefore.importedAtMs),
              importedBefore.payouts.toLocaleString(),
            )}
          </p>
          <CheckField label={say.insist} checked={insist} onCheck={(checked) => choose({ insist: checked })} />
        </Consequence>
      )}
      {preview.bad > 0 && preview.good > 0 ? (
        <CheckField
          label={say.onlyGood(preview.bad.toLocaleString())}
          note={say.onlyGoodNote}
          checked={onlyGoodRows}
          onCheck={(checked) => choose({ onlyGoodRows: checked })}
        />
      ) : null}
      <p className="text-soft">
        {held || preview.good === 0 ? (
          say.held
        ) : heldAsRepeat ? (
          say.heldInsist
        ) : (
          <>
            {say.consequence(good)}
            {preview.newPayees > 0 ? ` ${say.consequencePayees(preview.newPayees.toLocaleString())}` : ''}
          </>
        )}
      </p>
      <Button kind="primary" disabled={!ready} onClick={() => commitImport(stage)}>
        {preview.good === 0 ? say.nothing : say.submit(good)}
      </Button>
    </>
  );
}
