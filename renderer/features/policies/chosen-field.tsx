import { CheckField } from '../../ui/field.tsx';

interface Props<Value extends string> {
  readonly label: string;
  /** What none chosen means. */
  readonly hint?: string;
  readonly problem?: string | null;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: readonly Value[];
  readonly onChoose: (chosen: readonly Value[]) => void;
}

/** Any of a few. */
export function ChosenField<Value extends string>({ label, hint, problem, choices, chosen, onChoose }: Props<Value>) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-xs font-medium text-soft">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {choices.map(({ value, label: name }) => (
          <CheckField
            key={value}
            label={name}
            checked={chosen.includes(value)}
            onCheck={(checked) =>
              onChoose(
                choices
                  .map((choice) => choice.value)
                  .filter((other) => (other === value ? checked : chosen.includes(other))),
              )
            }
          />
        ))}
      </div>
      {problem ? (
        <p className="text-xs text-red">{problem}</p>
      ) : hint ? (
        <p className="text-xs text-faint">{hint}</p>
      ) : null}
    </fieldset>
  );
}
