import { MEMO_TYPES } from '../../../core/contract/payees.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { railOf, useRails } from './rails.ts';
import { currencyIsBad, memoProblem, type TypedDestination } from './typed-destination.ts';

const say = words.payees.destination;

interface Props {
  readonly typed: TypedDestination;
  readonly onType: (typed: TypedDestination) => void;
  /** Why the rail refused the address that was sent. */
  readonly problem: string | null;
  readonly autoFocus?: boolean;
}

/** Where somebody is paid: only the fields that the rail knows. */
export function DestinationFields({ typed, onType, problem, autoFocus = false }: Props) {
  const rails = useRails();
  const type = (part: Partial<TypedDestination>) => onType({ ...typed, ...part });
  return (
    <>
      <SelectField
        label={say.rail}
        value={typed.rail}
        onText={(text) => type({ rail: railOf(text) ?? rails[0] })}
        choices={rails.map((value) => ({ value, label: words.rails[value] }))}
      />
      {typed.rail === 'nowpayments' ? (
        <TextField
          label={say.currency}
          hint={say.currencyHint}
          problem={currencyIsBad(typed) ? say.currencyBad : null}
          value={typed.currency}
          onText={(currency) => type({ currency })}
          maxLength={24}
          required
          mono
        />
      ) : null}
      <TextField
        label={say.addresses[typed.rail]}
        hint={say.addressHint}
        value={typed.address}
        onText={(address) => type({ address })}
        maxLength={200}
        required
        mono
        autoFocus={autoFocus}
        problem={problem}
        placeholder={say.addressExamples[typed.rail]}
      />
      {typed.address.trim() === '' ? null : <FullAddress address={typed.address.trim()} />}
      {typed.rail === 'stellar' ? <MemoFields typed={typed} type={type} /> : null}
      {typed.rail === 'nowpayments' ? (
        <TextField
          label={say.extraId}
          hint={say.extraIdHint}
          optional
          value={typed.extraId}
          onText={(extraId) => type({ extraId })}
          maxLength={128}
          mono
        />
      ) : null}
    </>
  );
}

function MemoFields({
  typed,
  type,
}: {
  readonly typed: TypedDestination;
  readonly type: (part: Partial<TypedDestination>) => void;
}) {
  const broken = memoProblem(typed);
  return (
    <div className="grid grid-cols-[8rem_minmax(0,1fr)] gap-3">
      <SelectField
        label={say.memoType}
        value={typed.memoType}
        onText={(text) => type({ memoType: MEMO_TYPES.find((known) => known === text) ?? 'none' })}
        choices={(['none', ...MEMO_TYPES] as const).map((value) => ({ value, label: say.memoTypes[value] }))}
      />
      {typed.memoType === 'none' ? (
        <p className="pt-5 text-xs text-faint">{say.memoHint}</p>
      ) : (
        <TextField
          label={say.memo}
          hint={say.memoHints[typed.memoType]}
          problem={broken === null ? null : say.memoProblems[broken]}
          value={typed.memo}
          onText={(memo) => type({ memo })}
          maxLength={64}
          required
          mono
        />
      )}
    </div>
  );
}
