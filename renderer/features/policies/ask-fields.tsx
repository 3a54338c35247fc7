import { ROLES } from '../../../core/contract/words.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useGroups } from '../people/use-people.ts';
import { ChosenField } from './chosen-field.tsx';
import type { FieldsProps } from './condition-fields.tsx';
import { Small } from './rule-card.tsx';
import { NEW_STEP, type TypedStep } from './typed-rule.ts';

const say = words.policies.form;
const APPROVALS = Array.from({ length: 10 }, (_, at) => String(at + 1));
const STEPS_MAX = 5;
const ROLE_CHOICES = ROLES.map((value) => ({ value, label: words.settings.roles[value] }));

/** What the rule asks: steps one after the other, how long approvals last, a test payment first. */
export function AskFields({ typed, assets, problems, onChange }: FieldsProps) {
  const { steps } = typed;
  return (
    <>
      {steps.map((step, at) => (
        <StepFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
          key={at}
          step={step}
          at={at}
          of={steps.length}
          missing={problems.has('steps') && step.roles.length === 0 && step.groups.length === 0}
          onChange={(change) =>
            onChange({ steps: steps.map((other, place) => (place === at ? { ...other, ...change } : other)) })
          }
          onRemove={() => onChange({ steps: steps.toSpliced(at, 1) })}
        />
      ))}
      {steps.length < STEPS_MAX ? (
        <div>
          <Button className="h-7" onClick={() => onChange({ steps: [...steps, NEW_STEP] })}>
            <Icon name="plus" />
            {say.addStep}
          </Button>
        </div>
      ) : null}
      <TextField
        label={say.validHours}
        hint={say.validHoursHint}
        problem={problems.has('validHours') ? say.hoursBad : null}
        optional
        inputMode="numeric"
        value={typed.validHours}
        onText={(validHours) => onChange({ validHours })}
      />
      <TestFields typed={typed} assets={assets} problems={problems} onChange={onChange} />
    </>
  );
}

interface StepProps {
  readonly step: TypedStep;
  readonly at: number;
  readonly of: number;
  readonly missing: boolean;
  readonly onChange: (change: Partial<TypedStep>) => void;
  readonly onRemove: () => void;
}

function StepFields({ step, at, of, missing, onChange, onRemove }: StepProps) {
  const groups = [...new Set([...useGroups(), ...step.groups])].sort();
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border border-line px-3 py-3">
      <legend className="px-1 text-xs font-medium text-soft">{say.step(at + 1)}</legend>
      <div className="flex items-end gap-2">
        <div className="flex-1">
          <SelectField
            label={say.approvals}
            value={String(step.approvals)}
            onText={(text) => onChange({ approvals: Number(text) })}
            choices={APPROVALS.map((value) => ({ value, label: value }))}
          />
        </div>
        {of > 1 ? <Small icon="close" label={say.removeStep(at + 1)} onPress={onRemove} /> : null}
      </div>
      <ChosenField
        label={say.fromRoles}
        problem={missing ? say.stepEmpty : null}
        choices={ROLE_CHOICES}
        chosen={step.roles}
        onChoose={(roles) => onChange({ roles })}
      />
      {groups.length > 0 ? (
        <ChosenField
          label={say.fromGroups}
          choices={groups.map((value) => ({ value, label: value }))}
          chosen={step.groups}
          onChoose={(chosen) => onChange({ groups: chosen })}
        />
      ) : null}
      <ChosenField
        label={say.exceptRoles}
        choices={ROLE_CHOICES}
        chosen={step.exceptRoles}
        onChoose={(exceptRoles) => onChange({ exceptRoles })}
      />
      {at > 0 ? (
        <CheckField label={say.distinct} checked={step.distinct} onCheck={(distinct) => onChange({ distinct })} />
      ) : null}
    </fieldset>
  );
}

function TestFields({ typed: { tests }, assets, problems, onChange }: FieldsProps) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-soft">{say.tests}</legend>
      {tests.map((test, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <div key={at} className="grid grid-cols-[6rem_1fr_auto] items-end gap-2">
          <SelectField
            label={say.asset}
            value={test.assetId}
            onText={(assetId) => onChange({ tests: tests.with(at, { ...test, assetId }) })}
            choices={assets.map(({ id, code }) => ({ value: id, label: code }))}
          />
          <TextField
            label={say.upTo}
            inputMode="decimal"
            value={test.upTo}
            onText={(upTo) => onChange({ tests: tests.with(at, { ...test, upTo }) })}
          />
          <Small icon="close" label={say.removeTest} onPress={() => onChange({ tests: tests.toSpliced(at, 1) })} />
        </div>
      ))}
      {problems.has('tests') ? <p className="text-xs text-red">{say.amountBad}</p> : null}
      <p className="text-xs text-faint">{say.testsHint}</p>
      <div>
        <Button
          className="h-7"
          onClick={() => onChange({ tests: [...tests, { assetId: assets[0]?.id ?? '', upTo: '' }] })}
        >
          <Icon name="plus" />
          {say.addTest}
        </Button>
      </div>
    </fieldset>
  );
}
