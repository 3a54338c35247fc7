import { type FormEvent, useState } from 'react';
import type { GovernanceTerms, Safeguards } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Choice, TextField } from '../../ui/field.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { ErrorNote, GoodNote, LoadingLines, Working } from '../../ui/states.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import { WaitingActs } from '../acts/waiting-acts.tsx';
import { useRescreen, useSafeguards } from './use-payees.ts';

const say = words.payees.safeguards;
const HOUR_MS = 3_600_000;
const HOURS_MAX = 720;

/** Null where it is not a number of hours that a rest may last. */
function coolOffOf(typed: string): number | null {
  if (!/^\d{1,3}(?:\.\d{1,3})?$/.test(typed.trim())) return null;
  const hours = Number(typed.trim());
  return hours <= HOURS_MAX ? Math.round(hours * HOUR_MS) : null;
}

export function SafeguardsSection() {
  const me = useMe();
  const { data, isPending, error, refetch } = useSafeguards();
  return (
    <div className="flex w-full max-w-2xl flex-col gap-8 overflow-auto px-6 py-5">
      <WaitingActs only={({ kind }) => kind === 'setting'} />
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <SafeguardsForm key={`${data.coolOffMs} ${data.screening}`} kept={data} mayChange={hasAnyRole(me, ['admin'])} />
      ) : null}
      {data?.screening === 'deny_list' && hasAnyRole(me, ['operator', 'controller', 'admin']) ? <Rescreen /> : null}
    </div>
  );
}

interface FormProps {
  readonly kept: Safeguards;
  readonly mayChange: boolean;
}

/** Mounted anew when what is kept changes, by whomever. */
function SafeguardsForm({ kept, mayChange }: FormProps) {
  const [hours, setHours] = useState(String(kept.coolOffMs / HOUR_MS));
  const [screening, setScreening] = useState(kept.screening);
  const [terms, setTerms] = useState<GovernanceTerms | null>(null);
  const [signed, setSigned] = useState<ActSigned | null>(null);
  const coolOffMs = coolOffOf(hours);
  const changed = coolOffMs !== kept.coolOffMs || screening !== kept.screening;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (coolOffMs === null || !changed) return;
    setSigned(null);
    // One act for each setting: admins sign them one after the other.
    setTerms(
      coolOffMs === kept.coolOffMs
        ? { kind: 'setting', setting: { name: 'screening', value: screening } }
        : { kind: 'setting', setting: { name: 'cool_off_ms', value: coolOffMs } },
    );
  };
  if (terms) {
    return (
      <SignAct
        terms={terms}
        onSigned={(done) => {
          setSigned(done);
          setTerms(null);
        }}
        onCancel={() => setTerms(null)}
      />
    );
  }
  return (
    <form onSubmit={submit}>
      <fieldset disabled={!mayChange} className="flex flex-col gap-8">
        <Section title={say.title}>
          <p className="text-soft">{say.lead}</p>
          <div className="w-72">
            <TextField
              label={say.coolOff}
              hint={say.coolOffHint}
              problem={coolOffMs === null ? say.coolOffBad : null}
              value={hours}
              onText={setHours}
              inputMode="decimal"
              maxLength={7}
              className="tabular"
            />
          </div>
          {coolOffMs === 0 && kept.coolOffMs !== 0 ? <Consequence>{say.zeroWarning}</Consequence> : null}
        </Section>
        <Section title={say.screening}>
          <p className="text-soft">{say.screeningLead}</p>
          <Choice
            label={say.screening}
            value={screening}
            onChoose={setScreening}
            choices={(['deny_list', 'off'] as const).map((value) => ({
              value,
              label: say.screenings[value],
              note: say.screeningNotes[value],
            }))}
          />
          {screening === 'off' && kept.screening !== 'off' ? <Consequence>{say.offWarning}</Consequence> : null}
        </Section>
      </fieldset>
      <div className="mt-5 flex flex-col items-start gap-3">
        <SignedNote signed={signed} />
        {mayChange ? (
          <div className="flex items-center gap-3">
            <Button kind="primary" type="submit" disabled={!changed || coolOffMs === null}>
              {words.people.review}
            </Button>
            {changed ? null : <span className="text-xs text-faint">{say.unchanged}</span>}
          </div>
        ) : (
          <p className="text-soft">{say.forbidden}</p>
        )}
      </div>
    </form>
  );
}

function Rescreen() {
  const rescreen = useRescreen();
  return (
    <Section title={say.rescreen}>
      <p className="text-soft">{say.rescreenLead}</p>
      {rescreen.isSuccess ? (
        <GoodNote>
          <p>
            {say.rescreened(
              rescreen.data.screened.toLocaleString(),
              rescreen.data.hits.toLocaleString(),
              rescreen.data.errors.toLocaleString(),
            )}
          </p>
          <p className="font-mono text-xs break-all text-soft">{say.rescreenList(rescreen.data.list)}</p>
        </GoodNote>
      ) : null}
      {rescreen.isError ? <ErrorNote error={rescreen.error} /> : null}
      <div className="flex items-center gap-3">
        <Button busy={rescreen.isPending} onClick={() => rescreen.mutate()}>
          {say.rescreen}
        </Button>
        {rescreen.isPending ? <Working>{say.rescreenWorking}</Working> : null}
      </div>
    </Section>
  );
}
