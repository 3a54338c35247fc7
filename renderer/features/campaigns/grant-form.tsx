import { type FormEvent, useState } from 'react';
import { type Campaign, GRANT_BATCH_MAX } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { TextAreaField } from '../../ui/field.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ErrorNote, GoodNote } from '../../ui/states.tsx';
import { formulaText } from './formula-text.ts';
import { type ReadMembers, readMembers } from './typed-terms.ts';
import { useGrantBatch } from './use-campaigns.ts';

const say = words.campaigns.grant;

function problemOf(read: ReadMembers): string | null {
  if (read.ok) return null;
  switch (read.problem) {
    case 'tooMany':
      return say.tooMany;
    case 'twice':
      return say.twice(read.reference);
    case 'figureMissing':
      return say.figureMissing(read.at);
    case 'figureUnwanted':
      return say.figureUnwanted(read.at);
  }
}

interface Props {
  readonly campaign: Campaign;
  readonly onDone: () => void;
}

/** A batch, pasted from wherever it was worked out: granted whole or not at all. */
export function GrantForm({ campaign, onDone }: Props) {
  const [typed, setTyped] = useState('');
  const grant = useGrantBatch();
  const withFigure = campaign.formula.kind !== 'fixed_amount';
  const read = readMembers(typed, withFigure, campaign.scale, GRANT_BATCH_MAX);
  const count = read.ok ? read.members.length : 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!read.ok || count === 0 || grant.isPending) return;
    grant.mutate({ id: campaign.id, grants: [...read.members] }, { onSuccess: () => setTyped('') });
  };
  const made = grant.data;
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <p className="text-soft">{say.lead}</p>
      <p>{formulaText(campaign)}</p>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextAreaField
          label={say.members}
          hint={withFigure ? say.withFigure : say.withoutFigure}
          problem={problemOf(read)}
          value={typed}
          onText={setTyped}
          rows={8}
          autoFocus
        />
        {grant.isError ? <ErrorNote error={grant.error} /> : null}
        {made && typed === '' ? (
          <GoodNote>
            {say.done(
              made.granted.toLocaleString(),
              `${amountText(minorOf(made.totalMinor), campaign.scale)} ${campaign.assetCode}`,
              made.repeated.toLocaleString(),
              made.nothing.toLocaleString(),
            )}
          </GoodNote>
        ) : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={grant.isPending} disabled={count === 0}>
            {say.submit(say.count(count.toLocaleString()))}
          </Button>
          <Button kind="quiet" onClick={onDone}>
            {words.frame.close}
          </Button>
        </div>
      </form>
    </PanelTask>
  );
}
