import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { words } from '../app/words/words.ts';

const BOX =
  'w-full rounded-md border border-line-strong/60 bg-raised px-2.5 text-sm text-ink placeholder:text-faint hover:border-line-strong aria-invalid:border-red';

interface Labelled {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | null | undefined;
  readonly optional?: boolean;
  readonly after?: ReactNode;
}

function Frame({
  id,
  label,
  hint,
  problem,
  optional = false,
  after,
  children,
}: Labelled & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium text-soft">
        {label}
        {optional ? <span className="font-normal text-faint"> · {words.ui.optional}</span> : null}
      </label>
      {children}
      {after}
      {problem ? (
        <p id={`${id}-problem`} className="text-xs text-red">
          {problem}
        </p>
      ) : hint ? (
        <p id={`${id}-hint`} className="text-xs text-faint">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

function describedBy(id: string, { hint, problem }: Labelled): string | undefined {
  if (problem) return `${id}-problem`;
  return hint ? `${id}-hint` : undefined;
}

type TextFieldProps = Labelled &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & {
    readonly value: string;
    readonly onText: (text: string) => void;
    readonly mono?: boolean;
    readonly ref?: Ref<HTMLInputElement>;
  };

export function TextField({
  label,
  hint,
  problem,
  optional,
  after,
  value,
  onText,
  mono = false,
  className = '',
  ...rest
}: TextFieldProps) {
  const id = useId();
  const labelled: Labelled = { label, hint, problem, ...(optional === undefined ? {} : { optional }), after };
  return (
    <Frame id={id} {...labelled}>
      <input
        id={id}
        value={value}
        onChange={(event) => onText(event.target.value)}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy(id, labelled)}
        autoComplete="off"
        spellCheck={false}
        className={`h-8 ${BOX} ${mono ? 'font-mono text-xs' : ''} ${className}`}
        {...rest}
      />
    </Frame>
  );
}

type TextAreaFieldProps = Labelled &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'value'> & {
    readonly value: string;
    readonly onText: (text: string) => void;
  };

/** For what takes more than a line to say: a reason, evidence. */
export function TextAreaField({ label, hint, problem, optional, value, onText, ...rest }: TextAreaFieldProps) {
  const id = useId();
  const labelled: Labelled = { label, hint, problem, ...(optional === undefined ? {} : { optional }) };
  return (
    <Frame id={id} {...labelled}>
      <textarea
        id={id}
        value={value}
        onChange={(event) => onText(event.target.value)}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy(id, labelled)}
        rows={3}
        className={`resize-none py-1.5 ${BOX}`}
        {...rest}
      />
    </Frame>
  );
}

type SelectFieldProps = Labelled &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'value'> & {
    readonly value: string;
    readonly onText: (text: string) => void;
    readonly choices: readonly { readonly value: string; readonly label: string }[];
  };

export function SelectField({ label, hint, problem, value, onText, choices, ...rest }: SelectFieldProps) {
  const id = useId();
  const labelled: Labelled = { label, hint, problem };
  return (
    <Frame id={id} {...labelled}>
      <select
        id={id}
        value={value}
        onChange={(event) => onText(event.target.value)}
        aria-invalid={problem ? true : undefined}
        aria-describedby={describedBy(id, labelled)}
        className={`h-8 ${BOX}`}
        {...rest}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export function CheckField({
  label,
  note,
  checked,
  onCheck,
}: {
  readonly label: string;
  readonly note?: string;
  readonly checked: boolean;
  readonly onCheck: (checked: boolean) => void;
}) {
  return (
    <label className="flex items-start gap-2 text-sm">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onCheck(event.target.checked)}
        className="mt-0.5 size-4 accent-accent-solid"
      />
      <span>
        {label}
        {note ? <span className="text-faint"> · {note}</span> : null}
      </span>
    </label>
  );
}

/** One of a few, all visible. */
export function Choice<T extends string | number>(props: {
  readonly label: string;
  readonly value: T;
  readonly onChoose: (value: T) => void;
  readonly choices: readonly { readonly value: T; readonly label: string; readonly note?: string }[];
}) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-xs font-medium text-soft">{props.label}</legend>
      {props.choices.map((choice) => (
        <label key={choice.value} className="flex items-start gap-2 text-sm">
          <input
            type="radio"
            name={name}
            checked={choice.value === props.value}
            onChange={() => props.onChoose(choice.value)}
            className="mt-0.5 size-4 accent-accent-solid"
          />
          <span>
            {choice.label}
            {choice.note ? <span className="text-faint"> · {choice.note}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
