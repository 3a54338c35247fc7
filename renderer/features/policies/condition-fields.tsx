import { PAYMENT_METHODS, PAYOUT_SOURCES, SCREENING_OUTCOMES } from '../../../core/contract/policy-terms.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useRails } from '../payees/rails.ts';
import { ChosenField } from './chosen-field.tsx';
import { Small } from './rule-card.tsx';
import type { KnownAsset, RuleProblem, TypedRule, YesNoAny } from './typed-rule.ts';

const say = words.policies.form;
const YES_NO_ANY: readonly YesNoAny[] = ['any', 'yes', 'no'];

export interface FieldsProps {
  readonly typed: TypedRule;
  readonly assets: readonly KnownAsset[];
  readonly problems: ReadonlySet<RuleProblem>;
  readonly onChange: (change: Partial<TypedRule>) => void;
}

/** When the rule applies: everything that is set must hold. */
export function ConditionFields({ typed, assets, problems, onChange }: FieldsProps) {
  const rails = useRails();
  return (
    <>
      <ChosenField
        label={say.rails}
        hint={say.anyOf}
        choices={rails.map((value) => ({ value, label: words.rails[value] }))}
        chosen={typed.rails}
        onChoose={(chosen) => onChange({ rails: chosen })}
      />
      <AmountFields typed={typed} assets={assets} problems={problems} onChange={onChange} />
      <TextField
        label={say.tags}
        hint={say.tagsHint}
        problem={problems.has('tags') ? say.tagsBad : null}
        optional
        value={typed.tags}
        onText={(tags) => onChange({ tags })}
      />
      <ChosenField
        label={say.sources}
        hint={say.anyOf}
        choices={PAYOUT_SOURCES.map((value) => ({ value, label: words.approvals.sources[value] }))}
        chosen={typed.sources}
        onChoose={(sources) => onChange({ sources })}
      />
      <ChosenField
        label={say.methods}
        hint={say.anyOf}
        choices={PAYMENT_METHODS.map((value) => ({ value, label: words.payouts.methods[value] }))}
        chosen={typed.methods}
        onChoose={(methods) => onChange({ methods })}
      />
      <TextField
        label={say.younger}
        hint={say.youngerHint}
        problem={problems.has('youngerHours') ? say.hoursBad : null}
        optional
        inputMode="numeric"
        value={typed.youngerHours}
        onText={(youngerHours) => onChange({ youngerHours })}
      />
      <ChosenField
        label={say.screening}
        hint={say.anyOf}
        choices={SCREENING_OUTCOMES.map((value) => ({ value, label: say.screeningOutcomes[value] }))}
        chosen={typed.screening}
        onChoose={(screening) => onChange({ screening })}
      />
      <div className="grid grid-cols-2 gap-3">
        {(['lookAlike', 'firstPayment'] as const).map((name) => (
          <SelectField
            key={name}
            label={say[name]}
            value={typed[name]}
            onText={(value) => onChange({ [name]: YES_NO_ANY.find((known) => known === value) ?? 'any' })}
            choices={YES_NO_ANY.map((value) => ({ value, label: say.yesNoAny[value] }))}
          />
        ))}
      </div>
    </>
  );
}

function AmountFields({ typed, assets, problems, onChange }: FieldsProps) {
  const { amounts } = typed;
  const set = (at: number, change: Partial<(typeof amounts)[number]>) =>
    onChange({ amounts: amounts.map((range, other) => (other === at ? { ...range, ...change } : range)) });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-soft">{say.amounts}</legend>
      {amounts.map((range, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a range is its place
        <div key={at} className="grid grid-cols-[6rem_1fr_1fr_auto] items-end gap-2">
          <SelectField
            label={say.asset}
            value={range.assetId}
            onText={(assetId) => set(at, { assetId })}
            choices={assets.map(({ id, code }) => ({ value: id, label: code }))}
          />
          <TextField label={say.from} inputMode="decimal" value={range.from} onText={(from) => set(at, { from })} />
          <TextField label={say.below} inputMode="decimal" value={range.below} onText={(below) => set(at, { below })} />
          <Small icon="close" label={say.removeRange} onPress={() => onChange({ amounts: amounts.toSpliced(at, 1) })} />
        </div>
      ))}
      {problems.has('amounts') ? <p className="text-xs text-red">{say.amountsBad}</p> : null}
      <p className="text-xs text-faint">{say.amountsHint}</p>
      <div>
        <Button
          className="h-7"
          onClick={() => onChange({ amounts: [...amounts, { assetId: assets[0]?.id ?? '', from: '', below: '' }] })}
        >
          <Icon name="plus" />
          {say.addRange}
        </Button>
      </div>
    </fieldset>
  );
}
