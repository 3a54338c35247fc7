import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import type { Payee } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { shortAddress } from '../../ui/address-text.ts';
import { amountText } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField, typedAmount } from './amount-field.tsx';
import { useAssets } from './assets.ts';
import { PayeePicker } from './payee-picker.tsx';
import { useRequestPayout } from './use-payouts.ts';

interface Props {
  readonly onClose: () => void;
  readonly onRequested: (id: string) => void;
}

/** The payee named in the address, when the form was opened from one. */
function usePayeeOfRoute(onFound: (payee: Payee) => void): void {
  const { params } = useRoute();
  const id = params.payee;
  const { data } = useQuery({
    ...orpc.payees.get.queryOptions({ input: { id: id ?? '' } }),
    enabled: id !== undefined,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the arrival of the payee fills the form
  useEffect(() => {
    if (data) onFound(data);
  }, [data]);
}

export function RequestPanel({ onClose, onRequested }: Props) {
  const assets = useAssets();
  const [payee, setPayee] = useState<Payee | null>(null);
  const [destinationId, setDestinationId] = useState('');
  const [assetId, setAssetId] = useState('iso:USD');
  const [typed, setTyped] = useState('');
  const [reference, setReference] = useState('');
  // One key per filled-in form: pressing twice, or again after a lost connection, requests once.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const request = useRequestPayout();
  usePayeeOfRoute(setPayee);

  const asset = assets.find(({ id }) => id === assetId) ?? assets[0];
  const destinations = payee?.destinations.filter(({ status }) => status !== 'retired') ?? [];
  const destination = destinations.find(({ id }) => id === destinationId) ?? destinations[0];
  if (!asset) throw new Error('Every vault knows at least one asset');
  const { minor } = typedAmount(typed, asset.scale);
  const ready = payee !== null && destination !== undefined && minor !== null && reference.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || request.isPending) return;
    request.mutate(
      {
        reference: reference.trim(),
        payeeId: payee.id,
        destinationId: destination.id,
        assetId: asset.id,
        amountMinor: minor.toString(),
        idempotencyKey,
      },
      { onSuccess: ({ id }) => onRequested(id) },
    );
  };

  return (
    <Panel
      of="new"
      label={words.request.title}
      title={<h2 className="text-base font-semibold">{words.request.title}</h2>}
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-soft">{words.request.lead}</p>
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
        <TextField
          label={words.request.reference}
          hint={words.request.referenceHint}
          value={reference}
          onText={setReference}
          maxLength={200}
          required
        />
        {request.isError ? <ErrorNote error={request.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={request.isPending} disabled={!ready}>
            {minor === null
              ? words.request.submitPlain
              : words.request.submit(`${amountText(minor, asset.scale)} ${asset.code}`)}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
