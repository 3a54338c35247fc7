import { type FormEvent, useState } from 'react';
import type { Payee } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { useAssets } from '../payouts/assets.ts';
import { PayeePicker } from '../payouts/payee-picker.tsx';
import { readWhen, WHEN_EMPTY, WhenFields } from '../schedules/when-fields.tsx';
import { RELEASE_KINDS } from './release-kinds.ts';
import { useSetAside } from './use-holds.ts';

const { form } = words.holds;

interface Props {
  readonly onClose: () => void;
  readonly onSet: (id: string) => void;
}

export function SetAsidePanel({ onClose, onSet }: Props) {
  const assets = useAssets();
  const [payee, setPayee] = useState<Payee | null>(null);
  const [assetId, setAssetId] = useState('iso:USD');
  const [typed, setTyped] = useState('');
  const [reference, setReference] = useState('');
  const [when, setWhen] = useState(WHEN_EMPTY);
  // One key per filled-in form: pressing twice sets aside once.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const hold = useSetAside();
  const asset = assets.find(({ id }) => id === assetId) ?? assets[0];
  if (!asset) throw new Error('Every vault knows at least one asset');
  const { minor } = typedAmount(typed, asset.scale);
  const { ready: whenReady, atMs, placementId, ...rest } = readWhen(when);
  const ready = payee !== null && minor !== null && reference.trim() !== '' && whenReady && placementId !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || hold.isPending) return;
    hold.mutate(
      {
        reference: reference.trim(),
        placementId,
        payeeId: payee.id,
        assetId: asset.id,
        amountMinor: minor.toString(),
        ...(atMs === undefined ? {} : { releaseAtMs: atMs }),
        ...rest,
        idempotencyKey,
      },
      { onSuccess: ({ id }) => onSet(id) },
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
        <div className="grid grid-cols-[1fr_6rem] gap-3">
          <AmountField label={words.request.amount} typed={typed} onType={setTyped} asset={asset} />
          <SelectField
            label={words.request.asset}
            value={asset.id}
            onText={setAssetId}
            choices={assets.map(({ id, code }) => ({ value: id, label: code }))}
          />
        </div>
        <WhenFields label={form.release} when={when} onWhen={setWhen} kinds={RELEASE_KINDS} placementNeeded />
        <TextField label={form.reference} value={reference} onText={setReference} maxLength={200} required />
        {hold.isError ? <ErrorNote error={hold.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={hold.isPending} disabled={!ready}>
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
