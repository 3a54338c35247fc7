import type { CampaignFormula } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Choice, TextAreaField, TextField } from '../../ui/field.tsx';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { readFormulaTiers, readPercent } from './typed-terms.ts';
import { CREDITS } from './use-campaigns.ts';

const { form } = words.campaigns;

export interface TypedFormula {
  readonly kind: CampaignFormula['kind'];
  readonly amount: string;
  readonly percent: string;
  readonly tiers: string;
}

export const FORMULA_EMPTY: TypedFormula = { kind: 'fixed_amount', amount: '', percent: '', tiers: '' };

/** Null while something is missing. */
export function readFormula({ kind, amount, percent, tiers }: TypedFormula): CampaignFormula | null {
  switch (kind) {
    case 'fixed_amount': {
      const { minor } = typedAmount(amount, CREDITS.scale);
      return minor === null ? null : { kind, amountMinor: minor.toString() };
    }
    case 'proportional_loss': {
      const basisPoints = readPercent(percent);
      return basisPoints === null ? null : { kind, basisPoints };
    }
    case 'tiered': {
      const read = readFormulaTiers(tiers, CREDITS.scale);
      return read === null ? null : { kind, tiers: read };
    }
  }
}

const KINDS = ['fixed_amount', 'proportional_loss', 'tiered'] as const;

interface Props {
  readonly typed: TypedFormula;
  readonly onType: (typed: TypedFormula) => void;
}

export function FormulaFields({ typed, onType }: Props) {
  const bad = readFormula(typed) === null;
  return (
    <>
      <Choice
        label={form.formula}
        value={typed.kind}
        onChoose={(kind) => onType({ ...typed, kind })}
        choices={KINDS.map((value) => ({ value, label: form.kinds[value] }))}
      />
      {typed.kind === 'fixed_amount' ? (
        <AmountField
          label={form.amount}
          typed={typed.amount}
          onType={(amount) => onType({ ...typed, amount })}
          asset={CREDITS}
        />
      ) : null}
      {typed.kind === 'proportional_loss' ? (
        <TextField
          label={form.percent}
          value={typed.percent}
          onText={(percent) => onType({ ...typed, percent })}
          inputMode="decimal"
          maxLength={6}
          required
          className="tabular text-right"
          problem={bad && typed.percent.trim() !== '' ? form.percentBad : null}
        />
      ) : null}
      {typed.kind === 'tiered' ? (
        <TextAreaField
          label={form.tiers}
          hint={form.tiersHint}
          value={typed.tiers}
          onText={(tiers) => onType({ ...typed, tiers })}
          rows={4}
          required
          problem={bad && typed.tiers.trim() !== '' ? form.tiersBad : null}
        />
      ) : null}
    </>
  );
}
