import { type FormEvent, useState } from 'react';
import { CAMPAIGN_TYPES, type CampaignFormula, type CampaignType } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { momentMs } from '../../ui/day-text.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { FORMULA_EMPTY, FormulaFields, readFormula } from './formula-fields.tsx';
import { isChargeKind, readDays } from './typed-terms.ts';
import { CREDITS, useWriteCampaign } from './use-campaigns.ts';

const say = words.campaigns;
const { form } = say;

const TYPED_EMPTY = {
  name: '',
  type: 'promotional' as CampaignType,
  budget: '',
  cap: '',
  lasts: '',
  keptFor: '',
  ends: '',
};
type Typed = typeof TYPED_EMPTY;

interface Problems {
  readonly cap: string | null;
  readonly lasts: string | null;
  readonly keptFor: string | null;
}

function problemsOf({ cap, budget, lasts, keptFor }: Typed): Problems {
  const most = typedAmount(budget, CREDITS.scale).minor;
  const read = typedAmount(cap, CREDITS.scale);
  const overBudget = read.minor !== null && most !== null && read.minor > most;
  return {
    cap: read.problem ?? (overBudget ? form.capBad : null),
    lasts: lasts.trim() !== '' && readDays(lasts) === null ? form.lastsBad : null,
    keptFor: keptFor.trim() !== '' && !isChargeKind(keptFor.trim()) ? form.keptForBad : null,
  };
}

function inputOf(typed: Typed, formula: CampaignFormula, budgetMinor: bigint) {
  const capMinor = typedAmount(typed.cap, CREDITS.scale).minor;
  const days = readDays(typed.lasts);
  const endsAtMs = typed.ends === '' ? undefined : momentMs(typed.ends);
  return {
    name: typed.name.trim(),
    type: typed.type,
    formula,
    budgetMinor: budgetMinor.toString(),
    ...(capMinor === null ? {} : { accountCapMinor: capMinor.toString() }),
    ...(days === null ? {} : { creditsLastDays: days }),
    ...(typed.keptFor.trim() === '' ? {} : { keptFor: typed.keptFor.trim() }),
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
  };
}

interface Props {
  readonly onClose: () => void;
  readonly onWritten: (id: string) => void;
}

export function WriteCampaignPanel({ onClose, onWritten }: Props) {
  const [typed, setTyped] = useState(TYPED_EMPTY);
  const [typedFormula, setTypedFormula] = useState(FORMULA_EMPTY);
  const write = useWriteCampaign();
  const set = (part: Partial<Typed>) => setTyped({ ...typed, ...part });
  const budget = typedAmount(typed.budget, CREDITS.scale).minor;
  const formula = readFormula(typedFormula);
  const problems = problemsOf(typed);
  const whole = Object.values(problems).every((problem) => problem === null);
  const ready = typed.name.trim() !== '' && budget !== null && formula !== null && whole;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || write.isPending) return;
    write.mutate(inputOf(typed, formula, budget), { onSuccess: ({ id }) => onWritten(id) });
  };
  return (
    <Panel
      of="new"
      label={form.title}
      title={<h2 className="text-base font-semibold">{form.title}</h2>}
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-soft">{form.lead}</p>
        <TextField
          label={say.name}
          value={typed.name}
          onText={(name) => set({ name })}
          maxLength={200}
          required
          autoFocus
        />
        <SelectField
          label={say.type}
          value={typed.type}
          onText={(text) => set({ type: CAMPAIGN_TYPES.find((type) => type === text) ?? 'promotional' })}
          choices={CAMPAIGN_TYPES.map((value) => ({ value, label: say.types[value] }))}
        />
        <AmountField
          label={form.budget}
          typed={typed.budget}
          onType={(text) => set({ budget: text })}
          asset={CREDITS}
        />
        <FormulaFields typed={typedFormula} onType={setTypedFormula} />
        <TextField
          label={form.cap}
          hint={form.capHint}
          optional
          value={typed.cap}
          onText={(cap) => set({ cap })}
          inputMode="decimal"
          maxLength={40}
          className="tabular text-right"
          problem={problems.cap}
        />
        <TextField
          label={form.lasts}
          optional
          value={typed.lasts}
          onText={(lasts) => set({ lasts })}
          inputMode="numeric"
          maxLength={4}
          problem={problems.lasts}
        />
        <TextField
          label={form.keptFor}
          hint={form.keptForHint}
          optional
          value={typed.keptFor}
          onText={(keptFor) => set({ keptFor })}
          maxLength={40}
          problem={problems.keptFor}
        />
        <TextField
          label={form.ends}
          optional
          type="datetime-local"
          value={typed.ends}
          onText={(ends) => set({ ends })}
        />
        {write.isError ? <ErrorNote error={write.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={write.isPending} disabled={!ready}>
            {budget === null ? form.submitPlain : form.submit(`${amountText(budget, CREDITS.scale)} ${CREDITS.code}`)}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
