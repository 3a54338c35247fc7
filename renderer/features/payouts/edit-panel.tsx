import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Payout } from '../../../core/contract/index.ts';
import { formatDecimal } from '../../../core/money/minor.ts';
import { orpc } from '../../app/client.ts';
import { words } from '../../app/words/words.ts';
import { minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { dayOf, dayStartMs } from '../../ui/day-text.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField, typedAmount } from './amount-field.tsx';
import { useAssets } from './assets.ts';
import { DestinationField } from './destination-field.tsx';
import { useEditPayout } from './use-payout-actions.ts';

const WORDS = words.payoutActions;

interface Props {
  /** As it was when the form was opened; what it says is saved over exactly this. */
  readonly payout: Payout;
  /** What it is by now. */
  readonly version: number;
  readonly onClose: () => void;
}

export function EditPanel({ payout, version, onClose }: Props) {
  const assets = useAssets();
  const payee = useQuery(orpc.payees.get.queryOptions({ input: { id: payout.payee.id } }));
  const [reference, setReference] = useState(payout.reference);
  const [destinationId, setDestinationId] = useState(payout.destination.id);
  const [assetId, setAssetId] = useState(payout.assetId);
  const [typed, setTyped] = useState(() => formatDecimal(minorOf(payout.amountMinor), payout.scale));
  const [due, setDue] = useState(payout.dueAtMs === null ? '' : dayOf(payout.dueAtMs));
  const edit = useEditPayout();

  const own = { id: payout.assetId, code: payout.assetCode, scale: payout.scale };
  const choices = assets.some(({ id }) => id === own.id) ? assets : [own, ...assets];
  const asset = choices.find(({ id }) => id === assetId) ?? own;
  const { minor } = typedAmount(typed, asset.scale);
  const destinations = payee.data?.destinations.filter(({ status }) => status !== 'retired') ?? [];
  const dueBefore = payout.dueAtMs === null ? '' : dayOf(payout.dueAtMs);
  const change = {
    ...(reference.trim() === payout.reference ? {} : { reference: reference.trim() }),
    ...(destinationId === payout.destination.id ? {} : { destinationId }),
    ...(asset.id === payout.assetId ? {} : { assetId: asset.id }),
    ...(minor === null || minor.toString() === payout.amountMinor ? {} : { amountMinor: minor.toString() }),
    ...(due === dueBefore ? {} : { dueAtMs: dayStartMs(due) ?? null }),
  };
  const unchanged = Object.keys(change).length === 0;
  const ready = minor !== null && reference.trim() !== '' && !unchanged;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || edit.isPending) return;
    edit.mutate({ id: payout.id, version: payout.version, ...change }, { onSuccess: onClose });
  };

  return (
    <Panel
      of="edit"
      label={WORDS.editTitle}
      title={
        <>
          <h2 className="text-base font-semibold">{WORDS.editTitle}</h2>
          <p className="truncate text-soft">{payout.payee.name}</p>
        </>
      }
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Consequence>{WORDS.editSays(payout.approvals.given.length)}</Consequence>
        {version === payout.version ? null : <p className="text-red">{WORDS.stale}</p>}
        <DestinationField
          destinations={destinations}
          chosen={destinations.find(({ id }) => id === destinationId)}
          onChoose={setDestinationId}
        />
        {payee.isError ? <ErrorNote error={payee.error} onRetry={() => void payee.refetch()} /> : null}
        <div className="grid grid-cols-[1fr_6rem] gap-3">
          <AmountField label={words.request.amount} typed={typed} onType={setTyped} asset={asset} />
          <SelectField
            label={words.request.asset}
            value={asset.id}
            onText={setAssetId}
            choices={choices.map(({ id, code }) => ({ value: id, label: code }))}
          />
        </div>
        <TextField
          label={words.request.reference}
          hint={words.request.referenceHint}
          value={reference}
          onText={setReference}
          maxLength={200}
          required
        />
        <TextField
          label={words.request.due}
          type="date"
          optional
          hint={words.request.dueHint}
          value={due}
          onText={setDue}
        />
        {edit.isError ? <ErrorNote error={edit.error} /> : null}
        <div className="flex gap-2">
          <Button
            kind="primary"
            type="submit"
            busy={edit.isPending}
            disabled={!ready}
            title={unchanged ? WORDS.nothingChanged : undefined}
          >
            {WORDS.save}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
