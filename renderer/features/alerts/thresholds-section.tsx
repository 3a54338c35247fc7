import { type FormEvent, useState } from 'react';
import type { AlertThresholds, ThresholdName } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { TextField } from '../../ui/field.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote, GoodNote, LoadingLines } from '../../ui/states.tsx';
import { changesOf, problemOf, type TypedThresholds, typedOf, unitOf } from './typed-thresholds.ts';
import { useSetThresholds, useThresholds } from './use-alerts.ts';

const say = words.alerts.thresholds;

const GROUPS: readonly { readonly title: string; readonly names: readonly ThresholdName[] }[] = [
  {
    title: say.groups.stuck,
    names: [
      'stuck_stellar_minutes',
      'stuck_stripe_minutes',
      'stuck_nowpayments_minutes',
      'stuck_simulated_minutes',
      'waiting_hours',
      'quarantine_hours',
    ],
  },
  { title: say.groups.failing, names: ['failure_percent', 'failure_outcomes'] },
  { title: say.groups.rails, names: ['unhealthy_minutes', 'sync_lag_minutes', 'device_minutes'] },
  { title: say.groups.treasury, names: ['short_days'] },
  { title: say.groups.machinery, names: ['job_failures', 'job_late_minutes', 'backup_hours', 'delivery_minutes'] },
];

export function ThresholdsSection() {
  const { data, isPending, error, refetch } = useThresholds();
  const [saved, setSaved] = useState(false);
  return (
    <>
      {isPending ? <LoadingLines lines={8} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <ThresholdsForm key={JSON.stringify(data)} kept={data} saved={saved} onSaved={() => setSaved(true)} />
      ) : null}
    </>
  );
}

interface FormProps {
  readonly kept: AlertThresholds;
  readonly saved: boolean;
  readonly onSaved: () => void;
}

/** Mounted anew when what is kept changes, by whomever. */
function ThresholdsForm({ kept, saved, onSaved }: FormProps) {
  const mayChange = hasAnyRole(useMe(), ['admin']);
  const [typed, setTyped] = useState<TypedThresholds>(() => typedOf(kept));
  const set = useSetThresholds();
  const changes = changesOf(typed, kept);
  return (
    <div className="flex flex-col gap-8">
      <p className="text-soft">{say.lead}</p>
      <form onSubmit={(event: FormEvent) => event.preventDefault()}>
        <fieldset disabled={!mayChange} className="flex flex-col gap-8">
          {GROUPS.map(({ title, names }) => (
            <Section key={title} title={title}>
              <div className="grid grid-cols-2 gap-x-6 gap-y-3">
                {names.map((name) => (
                  <ThresholdField
                    key={name}
                    name={name}
                    kept={kept}
                    typed={typed.thresholds[name]}
                    onType={(text) => setTyped({ ...typed, thresholds: { ...typed.thresholds, [name]: text } })}
                  />
                ))}
              </div>
            </Section>
          ))}
          <Section title={say.floors}>
            <p className="text-soft">{say.floorsLead}</p>
            <div className="grid grid-cols-2 gap-x-6 gap-y-3">
              {kept.floors.map(({ assetId, assetCode, scale }) => (
                <TextField
                  key={assetId}
                  label={say.floor(assetCode)}
                  hint={say.noFloor}
                  problem={problemOf(typed.floors[assetId] ?? '', scale)}
                  value={typed.floors[assetId] ?? ''}
                  onText={(text) => setTyped({ ...typed, floors: { ...typed.floors, [assetId]: text } })}
                  inputMode="decimal"
                  maxLength={40}
                  className="tabular max-w-48 text-right"
                />
              ))}
            </div>
          </Section>
        </fieldset>
      </form>
      {saved ? <GoodNote>{say.saved}</GoodNote> : null}
      {mayChange ? null : <p className="text-soft">{say.forbidden}</p>}
      {mayChange && changes !== 'none' ? (
        <ReasonForm
          kind="primary"
          focus={false}
          consequence={say.consequence}
          submit={say.submit}
          ready={changes !== 'bad'}
          busy={set.isPending}
          error={set.error}
          onSubmit={(reason) => {
            if (changes !== 'bad') set.mutate({ ...changes, reason }, { onSuccess: onSaved });
          }}
          onCancel={() => setTyped(typedOf(kept))}
        />
      ) : null}
    </div>
  );
}

interface FieldProps {
  readonly name: ThresholdName;
  readonly kept: AlertThresholds;
  readonly typed: string;
  readonly onType: (text: string) => void;
}

function ThresholdField({ name, kept, typed, onType }: FieldProps) {
  const bounds = kept.thresholds.find((one) => one.name === name);
  if (!bounds) throw new Error(`Every threshold is told, and ${name} was not`);
  const unit = say.units[unitOf(name)];
  const value = Number(typed);
  const isGood = /^\d{1,6}$/.test(typed.trim()) && value >= bounds.min && value <= bounds.max;
  return (
    <TextField
      label={`${say.names[name]} (${unit})`}
      hint={typed.trim() === String(bounds.standard) ? undefined : say.standard(bounds.standard.toLocaleString())}
      problem={isGood ? null : say.bad(bounds.min.toLocaleString(), bounds.max.toLocaleString())}
      value={typed}
      onText={onType}
      inputMode="numeric"
      maxLength={6}
      className="tabular max-w-28 text-right"
    />
  );
}
