import { type FormEvent, useState } from 'react';
import type { Payee, PolicyTerms, PolicyTrial } from '../../../core/contract/index.ts';
import type { HypotheticalPayout } from '../../../core/contract/policies.ts';
import { PAYOUT_SOURCES } from '../../../core/contract/policy-terms.ts';
import { words } from '../../app/words/words.ts';
import { readAmount } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Until } from '../../ui/time.tsx';
import { useRails } from '../payees/rails.ts';
import { tagsOf } from '../payees/tags.ts';
import { useAssets } from '../payouts/assets.ts';
import { PayeePicker } from '../payouts/payee-picker.tsx';
import { useTrial } from './use-policies.ts';

const say = words.policies.trial;
const HOUR_MS = 3_600_000;

interface Props {
  /** A draft to try instead of the policy in force. */
  readonly terms?: PolicyTerms;
  readonly onClose: () => void;
}

/** What would this payout need? Nothing is written. */
export function TryPanel({ terms, onClose }: Props) {
  const trial = useTrial();
  return (
    <Panel
      of="try"
      label={say.title}
      onClose={onClose}
      title={
        <>
          <h2 className="text-base font-semibold">{say.title}</h2>
          <p className="text-soft">{terms ? say.underDraft : say.underPolicy}</p>
        </>
      }
    >
      <TrialForm busy={trial.isPending} onTry={(payout) => trial.mutate({ payout, ...(terms ? { terms } : {}) })} />
      {trial.isError ? <ErrorNote error={trial.error} /> : null}
      {trial.data ? <Answer trial={trial.data} /> : null}
    </Panel>
  );
}

interface FormProps {
  readonly busy: boolean;
  readonly onTry: (payout: HypotheticalPayout) => void;
}

function TrialForm({ busy, onTry }: FormProps) {
  const assets = useAssets();
  const rails = useRails();
  const [payee, setPayee] = useState<Payee | null>(null);
  const [assetId, setAssetId] = useState(assets[0]?.id ?? '');
  const [amount, setAmount] = useState('');
  const [rail, setRail] = useState<string>(rails[0]);
  const [source, setSource] = useState<string>('person');
  const [tags, setTags] = useState('');
  const [newDestination, setNewDestination] = useState(false);
  const [lookAlike, setLookAlike] = useState(false);
  const asset = assets.find(({ id }) => id === assetId);
  const read = asset ? readAmount(amount, asset.scale) : null;
  const typedTags = tagsOf(tags);
  const ready = read?.ok === true && read.minor > 0n && typedTags !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy || !read?.ok || !asset) return;
    onTry({
      assetId: asset.id as HypotheticalPayout['assetId'],
      amountMinor: read.minor.toString(),
      rail: rails.find((known) => known === rail) ?? rails[0],
      source: PAYOUT_SOURCES.find((known) => known === source) ?? 'person',
      ...(payee ? { payeeId: payee.id } : { firstPayment: false }),
      ...(typedTags.length > 0 ? { tags: [...typedTags] } : {}),
      destinationAgeMs: newDestination ? HOUR_MS / 2 : 365 * 24 * HOUR_MS,
      lookAlike,
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div className="grid grid-cols-[1fr_6rem] gap-2">
        <TextField label={words.columns.amount} inputMode="decimal" value={amount} onText={setAmount} autoFocus />
        <SelectField
          label={words.policies.form.asset}
          value={assetId}
          onText={setAssetId}
          choices={assets.map(({ id, code }) => ({ value: id, label: code }))}
        />
      </div>
      <PayeePicker chosen={payee} onChoose={setPayee} />
      <div className="grid grid-cols-2 gap-2">
        <SelectField
          label={words.columns.rail}
          value={rail}
          onText={setRail}
          choices={rails.map((value) => ({ value, label: words.rails[value] }))}
        />
        <SelectField
          label={words.approvals.filters.source}
          value={source}
          onText={setSource}
          choices={PAYOUT_SOURCES.map((value) => ({ value, label: words.approvals.sources[value] }))}
        />
      </div>
      <TextField
        label={words.policies.form.tags}
        problem={typedTags === null ? words.policies.form.tagsBad : null}
        optional
        value={tags}
        onText={setTags}
      />
      <CheckField label={say.newDestination} checked={newDestination} onCheck={setNewDestination} />
      <CheckField label={say.lookAlike} checked={lookAlike} onCheck={setLookAlike} />
      <div>
        <Button kind="primary" type="submit" busy={busy} disabled={!ready}>
          {say.submit}
        </Button>
      </div>
    </form>
  );
}

const HUES: Record<PolicyTrial['outcome'], string> = {
  asks: 'bg-green-wash text-green',
  denied: 'bg-red-wash text-red',
  no_match: 'bg-red-wash text-red',
};

function Answer({ trial }: { readonly trial: PolicyTrial }) {
  return (
    <div role="status" className="flex flex-col gap-4">
      <div className={`rounded-md px-3 py-2.5 ${HUES[trial.outcome]}`}>
        <p className="font-medium">{say.outcomes[trial.outcome]}</p>
        <p className="text-ink">{trial.text}</p>
        {trial.testPaymentFirst ? <p className="text-ink">{say.testFirst}</p> : null}
      </div>
      {trial.blocked === null ? null : <p className="font-medium text-red">{trial.blocked}</p>}
      {trial.steps.length > 0 ? (
        <Section title={say.steps}>
          <ol className="flex list-decimal flex-col gap-1.5 pl-5">
            {trial.steps.map(({ text, eligible }) => (
              <li key={text}>
                {text}
                <span className="block text-soft">
                  {eligible.length === 0 ? say.nobody : say.eligible(eligible.map(({ name }) => name).join(', '))}
                </span>
              </li>
            ))}
          </ol>
        </Section>
      ) : null}
      {trial.limits.length > 0 ? (
        <Section title={words.policies.limits}>
          <ul className="flex flex-col gap-1">
            {trial.limits.map(({ text, waits, freesAtMs }) => (
              <li key={text} className={waits ? 'text-amber' : 'text-soft'}>
                {text}{' '}
                {waits ? (
                  freesAtMs === null ? (
                    say.neverFits
                  ) : (
                    <>
                      {say.frees} <Until atMs={freesAtMs} />
                    </>
                  )
                ) : null}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </div>
  );
}
