import { type FormEvent, useState } from 'react';
import type { Payout } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, SelectField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useEditPayout } from './use-payout-actions.ts';
import { CLAIM_DAYS, DAY_S, WAYS, type Way, whyNotSo } from './ways.ts';

const say = words.ways;

interface Props {
  /** As it was when the form was opened; what it says is saved over exactly this. */
  readonly payout: Payout;
  /** What it is by now. */
  readonly version: number;
  readonly onClose: () => void;
}

/** Where an ordinary payment would not arrive: another way, which needs its own approval. */
export function WayPanel({ payout, version, onClose }: Props) {
  const before = WAYS.find((way) => way === payout.method) ?? null;
  const [way, setWay] = useState<Way | null>(before);
  const [days, setDays] = useState(() => String((payout.reclaimAfterS ?? 30 * DAY_S) / DAY_S));
  const edit = useEditPayout();
  const problem = way === null ? null : whyNotSo(way, payout);
  const reclaimAfterS = way === 'claimable_balance' ? Number(days) * DAY_S : null;
  const unchanged = way === before && reclaimAfterS === payout.reclaimAfterS;
  const ready = way !== null && problem === null && !unchanged;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || edit.isPending) return;
    edit.mutate(
      { id: payout.id, version: payout.version, method: way, ...(reclaimAfterS === null ? {} : { reclaimAfterS }) },
      { onSuccess: onClose },
    );
  };
  const choices = [...new Set([...CLAIM_DAYS.map(String), days])];
  return (
    <Panel
      of="way"
      label={say.title}
      title={
        <>
          <h2 className="text-base font-semibold">{say.title}</h2>
          <p className="truncate text-soft">{payout.payee.name}</p>
        </>
      }
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Consequence>{payout.status === 'approved' ? say.saysApproved : say.saysPending}</Consequence>
        {version === payout.version ? null : <p className="text-red">{words.payoutActions.stale}</p>}
        <Choice<Way | ''>
          label={say.choose}
          value={way ?? ''}
          onChoose={(chosen) => setWay(chosen === '' ? null : chosen)}
          choices={WAYS.map((value) => ({ value, label: words.payouts.methods[value], note: say.notes[value] }))}
        />
        {problem === null ? null : <p className="text-sm text-red">{say.why[problem]}</p>}
        {way === 'claimable_balance' ? (
          <SelectField
            label={say.within}
            value={days}
            onText={setDays}
            choices={choices.map((value) => ({ value, label: words.payouts.days(Number(value)) }))}
          />
        ) : null}
        {edit.isError ? <ErrorNote error={edit.error} /> : null}
        <div className="flex gap-2">
          <Button
            kind="primary"
            type="submit"
            busy={edit.isPending}
            disabled={!ready}
            title={unchanged ? words.payoutActions.nothingChanged : undefined}
          >
            {words.payoutActions.save}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
