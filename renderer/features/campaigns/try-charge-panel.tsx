import { type FormEvent, useState } from 'react';
import type { DiscountQuote, Payee } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { PayeePicker } from '../payouts/payee-picker.tsx';
import { isChargeKind } from './typed-terms.ts';
import { CREDITS, useTryCharge } from './use-campaigns.ts';

const say = words.discounts.quote;

export function TryChargePanel({ onClose }: { readonly onClose: () => void }) {
  const [member, setMember] = useState<Payee | null>(null);
  const [kind, setKind] = useState('placement_fee');
  const [typed, setTyped] = useState('');
  const ask = useTryCharge();
  const { minor } = typedAmount(typed, CREDITS.scale);
  const kindBad = !isChargeKind(kind.trim());
  const ready = member !== null && minor !== null && !kindBad;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || ask.isPending) return;
    ask.mutate({ accountId: member.id, kind: kind.trim(), amountMinor: minor.toString() });
  };
  return (
    <Panel
      of="try"
      label={say.title}
      title={<h2 className="text-base font-semibold">{say.title}</h2>}
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-soft">{say.lead}</p>
        <PayeePicker chosen={member} onChoose={setMember} />
        <TextField
          label={say.kind}
          value={kind}
          onText={setKind}
          maxLength={40}
          required
          problem={kindBad && kind.trim() !== '' ? words.campaigns.form.keptForBad : null}
        />
        <AmountField label={say.amount} typed={typed} onType={setTyped} asset={CREDITS} />
        {ask.isError ? <ErrorNote error={ask.error} /> : null}
        <div>
          <Button kind="primary" type="submit" busy={ask.isPending} disabled={!ready}>
            {say.title}
          </Button>
        </div>
      </form>
      {ask.data ? <Quote quote={ask.data} /> : null}
    </Panel>
  );
}

function Quote({ quote }: { readonly quote: DiscountQuote }) {
  const { scale, assetCode } = quote;
  const amounts = [
    [say.amount, quote.chargeMinor],
    [say.discount, quote.discountMinor],
    [say.funded, quote.fundedMinor],
    [say.toPay, quote.toPayMinor],
    [say.spendable, quote.spendableMinor],
  ] as const;
  const short = minorOf(quote.spendableMinor) < minorOf(quote.toPayMinor);
  return (
    <section aria-label={words.discounts.try} className="flex flex-col gap-4 border-t border-line pt-4">
      <Facts>
        {amounts.map(([name, minor]) => (
          <Fact key={name} name={name}>
            <Amount minor={minor} scale={scale} code={assetCode} quietZero />
          </Fact>
        ))}
      </Facts>
      {short ? <p className="text-red">{say.short}</p> : null}
      {quote.outcomes.length === 0 ? <p className="text-soft">{say.noRules}</p> : null}
      <ul className="flex flex-col gap-3">
        {quote.outcomes.map((outcome) => (
          <li key={outcome.ruleId} className="flex flex-col gap-0.5">
            <span className="flex justify-between gap-3">
              <span className={outcome.amountMinor === '0' ? 'text-soft' : 'font-medium'}>{outcome.name}</span>
              <Amount minor={outcome.amountMinor} scale={scale} code={assetCode} quietZero />
            </span>
            <span className="text-xs text-soft">{outcome.explanation}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
