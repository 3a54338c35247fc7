import { type FormEvent, useState } from 'react';
import { words } from '../../app/words/words.ts';
import { amountText } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { useAssets } from '../payouts/assets.ts';
import { useFund } from './use-overview.ts';

export function FundPanel({ onClose }: { readonly onClose: () => void }) {
  const assets = useAssets();
  const [assetId, setAssetId] = useState('iso:USD');
  const [typed, setTyped] = useState('');
  // One key per filled-in form: pressing twice records once.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const fund = useFund();
  const asset = assets.find(({ id }) => id === assetId) ?? assets[0];
  if (!asset) throw new Error('Every vault knows at least one asset');
  const { minor } = typedAmount(typed, asset.scale);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (minor === null || fund.isPending) return;
    fund.mutate({ assetId: asset.id, amountMinor: minor.toString(), idempotencyKey }, { onSuccess: onClose });
  };
  return (
    <Panel
      of="fund"
      label={words.fund.title}
      title={<h2 className="text-base font-semibold">{words.fund.title}</h2>}
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-soft">{words.fund.lead}</p>
        <div className="grid grid-cols-[1fr_6rem] gap-3">
          <AmountField label={words.fund.amount} typed={typed} onType={setTyped} asset={asset} />
          <SelectField
            label={words.fund.asset}
            value={asset.id}
            onText={setAssetId}
            choices={assets.map(({ id, code }) => ({ value: id, label: code }))}
          />
        </div>
        {fund.isError ? <ErrorNote error={fund.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={fund.isPending} disabled={minor === null}>
            {minor === null
              ? words.fund.submitPlain
              : words.fund.submit(`${amountText(minor, asset.scale)} ${asset.code}`)}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
