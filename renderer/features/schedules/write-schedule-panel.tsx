import { type FormEvent, useState } from 'react';
import type { Payee } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { shortAddress } from '../../ui/address-text.ts';
import { amountText } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { useAssets } from '../payouts/assets.ts';
import { PayeePicker } from '../payouts/payee-picker.tsx';
import { useWriteSchedule } from './use-schedules.ts';
import { readWhen, WHEN_EMPTY, WhenFields } from './when-fields.tsx';

const { form } = words.schedules;
const KINDS = [
  { value: 'at', label: words.when.at },
  { value: 'guarantee', label: words.when.guarantee },
] as const;

interface Props {
  readonly onClose: () => void;
  readonly onWritten: (id: string) => void;
}

export function WriteSchedulePanel({ onClose, onWritten }: Props) {
  const assets = useAssets();
  const [payee, setPayee] = useState<Payee | null>(null);
  const [destinationId, setDestinationId] = useState('');
  const [assetId, setAssetId] = useState('iso:USD');
  const [typed, setTyped] = useState('');
  const [funding, setFunding] = useState<'direct' | 'balance'>('direct');
  const [reference, setReference] = useState('');
  const [when, setWhen] = useState(WHEN_EMPTY);
  // One key per filled-in form: pressing twice, or again after a lost connection, writes one schedule.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const write = useWriteSchedule();

  const asset = assets.find(({ id }) => id === assetId) ?? assets[0];
  if (!asset) throw new Error('Every vault knows at least one asset');
  const destinations = payee?.destinations.filter(({ status }) => status !== 'retired') ?? [];
  const destination = destinations.find(({ id }) => id === destinationId) ?? destinations[0];
  const { minor } = typedAmount(typed, asset.scale);
  const { ready: whenReady, atMs, ...rest } = readWhen(when);
  const ready = payee !== null && destination !== undefined && minor !== null && reference.trim() !== '' && whenReady;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || write.isPending) return;
    write.mutate(
      {
        reference: reference.trim(),
        payeeId: payee.id,
        destinationId: destination.id,
        assetId: asset.id,
        amountMinor: minor.toString(),
        funding,
        ...(atMs === undefined ? {} : { dueAtMs: atMs }),
        ...rest,
        idempotencyKey,
      },
      { onSuccess: ({ id }) => onWritten(id) },
    );
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
        <PayeePicker chosen={payee} onChoose={setPayee} />
        {destinations.length > 1 && destination ? (
          <SelectField
            label={words.request.destination}
            value={destination.id}
            onText={setDestinationId}
            choices={destinations.map(({ id, rail, address }) => ({
              value: id,
              label: `${words.rails[rail]} · ${shortAddress(address)}`,
            }))}
          />
        ) : null}
        {destination ? (
          <div className="rounded-md bg-hover px-3 py-2">
            <p className="text-xs text-faint">{words.rails[destination.rail]}</p>
            <FullAddress address={destination.address} />
          </div>
        ) : null}
        <div className="grid grid-cols-[1fr_6rem] gap-3">
          <AmountField label={words.request.amount} typed={typed} onType={setTyped} asset={asset} />
          <SelectField
            label={words.request.asset}
            value={asset.id}
            onText={setAssetId}
            choices={assets.map(({ id, code }) => ({ value: id, label: code }))}
          />
        </div>
        <SelectField
          label={words.schedules.funding}
          value={funding}
          onText={(text) => setFunding(text === 'balance' ? 'balance' : 'direct')}
          choices={[
            { value: 'direct', label: words.schedules.fundings.direct },
            { value: 'balance', label: words.schedules.fundings.balance },
          ]}
        />
        <WhenFields label={form.when} when={when} onWhen={setWhen} kinds={KINDS} />
        <TextField
          label={form.reference}
          hint={form.referenceHint}
          value={reference}
          onText={setReference}
          maxLength={200}
          required
        />
        {write.isError ? <ErrorNote error={write.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={write.isPending} disabled={!ready}>
            {minor === null ? form.submitPlain : form.submit(`${amountText(minor, asset.scale)} ${asset.code}`)}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
