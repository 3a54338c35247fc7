import { type ClipboardEvent, type KeyboardEvent, useRef } from 'react';
import { words } from '../../app/words/words.ts';
import { amountText, readAmount } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { emptyLine, isBlank, LINES_MAX, pastedLines, quantityIsBad, type TypedLine } from './typed-lines.ts';

const { form, line: columns } = words.statements;
const ROW = 'grid grid-cols-[minmax(0,1fr)_4.5rem_7rem_1.5rem] items-center gap-1.5';
const CELL =
  'h-7 w-full rounded border border-line-strong/60 bg-raised px-1.5 text-sm text-ink hover:border-line-strong aria-invalid:border-red';

interface Props {
  readonly lines: readonly TypedLine[];
  readonly onLines: (lines: readonly TypedLine[]) => void;
  readonly asset: { readonly code: string; readonly scale: number };
  readonly totalMinor: bigint | null;
}

function problemOf(line: TypedLine, scale: number): string | null {
  if (isBlank(line)) return null;
  if (quantityIsBad(line)) return form.quantityBad;
  if (line.amount.trim() !== '') {
    const read = readAmount(line.amount, scale);
    if (!read.ok) return words.request.amountProblems[read.problem];
    if (line.description.trim() === '') return form.descriptionMissing;
  }
  return null;
}

/** The lines of a statement, added up as they are typed. */
export function LinesEditor({ lines, onLines, asset, totalMinor }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const nextKey = Math.max(...lines.map(({ key }) => key)) + 1;
  const change = (key: number, part: Partial<TypedLine>) =>
    onLines(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  const add = () => {
    if (lines.length >= LINES_MAX) return;
    onLines([...lines, emptyLine(nextKey)]);
    // Once the new line is drawn.
    requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus());
  };
  const paste = (event: ClipboardEvent, line: TypedLine) => {
    const pasted = pastedLines(event.clipboardData.getData('text/plain'));
    if (pasted === null) return;
    event.preventDefault();
    const at = lines.indexOf(line);
    const added = pasted.map((cells, index) => ({ ...cells, key: nextKey + index }));
    const kept = isBlank(line) ? lines.toSpliced(at, 1, ...added) : lines.toSpliced(at + 1, 0, ...added);
    onLines(kept.slice(0, LINES_MAX));
  };
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-xs font-medium text-soft">{form.lines}</legend>
      <div aria-hidden="true" className={`${ROW} text-xs text-faint`}>
        <span>{columns.description}</span>
        <span className="text-right">{columns.quantity}</span>
        <span className="text-right">
          {columns.amount} {asset.code}
        </span>
      </div>
      <ol ref={list} className="flex max-h-80 flex-col gap-1.5 overflow-y-auto">
        {lines.map((line, index) => (
          <LineRow
            key={line.key}
            line={line}
            at={index + 1}
            problem={problemOf(line, asset.scale)}
            onChange={(part) => change(line.key, part)}
            onPaste={(event) => paste(event, line)}
            onEnter={add}
            onRemove={lines.length > 1 ? () => onLines(lines.filter((other) => other !== line)) : undefined}
          />
        ))}
      </ol>
      <div className={ROW}>
        <Button kind="quiet" className="h-7 justify-self-start px-1.5" onClick={add}>
          <Icon name="plus" />
          {form.addLine}
        </Button>
        <span />
        <output aria-label={form.total} className="tabular text-right font-medium">
          {totalMinor === null ? '—' : amountText(totalMinor, asset.scale)}
        </output>
      </div>
      {totalMinor === null ? <p className="text-xs text-red">{form.totalTooLarge}</p> : null}
      {totalMinor !== null && totalMinor <= 0n && lines.some((line) => line.amount.trim() !== '') ? (
        <p className="text-xs text-red">{form.totalBad}</p>
      ) : null}
      <p className="text-xs text-faint">{form.linesHint}</p>
    </fieldset>
  );
}

interface RowProps {
  readonly line: TypedLine;
  readonly at: number;
  readonly problem: string | null;
  readonly onChange: (part: Partial<TypedLine>) => void;
  readonly onPaste: (event: ClipboardEvent) => void;
  readonly onEnter: () => void;
  readonly onRemove: (() => void) | undefined;
}

function LineRow({ line, at, problem, onChange, onPaste, onEnter, onRemove }: RowProps) {
  // Enter goes on to the next line: a statement is entered with its own button.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    onEnter();
  };
  const bad = problem === null ? undefined : true;
  return (
    <li>
      <div className={ROW}>
        <input
          aria-label={form.description(at)}
          aria-invalid={bad}
          value={line.description}
          onChange={(event) => onChange({ description: event.target.value })}
          onPaste={onPaste}
          onKeyDown={onKeyDown}
          maxLength={200}
          className={CELL}
        />
        <input
          aria-label={form.quantity(at)}
          value={line.quantity}
          onChange={(event) => onChange({ quantity: event.target.value })}
          onKeyDown={onKeyDown}
          inputMode="decimal"
          maxLength={29}
          className={`${CELL} tabular text-right`}
        />
        <input
          aria-label={form.amount(at)}
          aria-invalid={bad}
          value={line.amount}
          onChange={(event) => onChange({ amount: event.target.value })}
          onKeyDown={onKeyDown}
          inputMode="decimal"
          maxLength={40}
          className={`${CELL} tabular text-right`}
        />
        <button
          type="button"
          aria-label={form.remove(at)}
          onClick={onRemove}
          disabled={!onRemove}
          className="inline-flex size-6 items-center justify-center rounded text-faint hover:bg-hover hover:text-ink disabled:invisible"
        >
          <Icon name="close" />
        </button>
      </div>
      {problem === null ? null : <p className="text-xs text-red">{problem}</p>}
    </li>
  );
}
