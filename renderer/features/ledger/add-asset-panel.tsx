import { type FormEvent, useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, Choice, SelectField, TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AmountField, typedAmount } from '../payouts/amount-field.tsx';
import { ASSET_KINDS, type AssetParts, assetIdOf, DECIMALS, STELLAR_NETWORKS } from './asset-identity.ts';
import { useAddAsset } from './use-bookkeeping.ts';

const WORDS = words.ledger.assets;
const FORM = WORDS.form;

type Change = (parts: Partial<AssetParts>) => void;

function StellarParts({ parts, onChange }: { readonly parts: AssetParts; readonly onChange: Change }) {
  return (
    <>
      <SelectField
        label={FORM.network}
        value={parts.network}
        onText={(text) => onChange({ network: STELLAR_NETWORKS.find((name) => name === text) ?? parts.network })}
        choices={STELLAR_NETWORKS.map((value) => ({ value, label: FORM.networks[value] }))}
      />
      <CheckField label={FORM.native} checked={parts.native} onCheck={(native) => onChange({ native })} />
      {parts.native ? null : (
        <>
          <TextField
            label={FORM.stellarCode}
            value={parts.code}
            onText={(code) => onChange({ code })}
            maxLength={12}
            required
          />
          <TextField
            label={FORM.issuer}
            hint={FORM.issuerHint}
            value={parts.issuer}
            onText={(issuer) => onChange({ issuer })}
            maxLength={56}
            mono
            required
          />
        </>
      )}
    </>
  );
}

/** The code as it will be shown beside amounts. */
function shownCode({ kind, native, code }: AssetParts): string {
  if (kind === 'stellar') return native ? 'XLM' : code.trim();
  return code.trim().toUpperCase();
}

export function AddAssetPanel({ onClose }: { readonly onClose: () => void }) {
  const [parts, setParts] = useState<AssetParts>({
    kind: 'iso',
    code: '',
    network: 'testnet',
    native: false,
    issuer: '',
  });
  const [scaleTyped, setScale] = useState(String(DECIMALS.iso.usual));
  const [minimumTyped, setMinimum] = useState('1');
  const add = useAddAsset();
  const change: Change = (some) => setParts((before) => ({ ...before, ...some }));
  const { min, max } = DECIMALS[parts.kind];
  const scale = /^\d$/.test(scaleTyped) ? Number(scaleTyped) : Number.NaN;
  const scaleFits = scale >= min && scale <= max;
  const assetId = assetIdOf(parts);
  const { minor } = typedAmount(minimumTyped, scaleFits ? scale : max);
  const ready = assetId !== null && scaleFits && minor !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || add.isPending) return;
    add.mutate({ assetId, scale, minimumPayoutMinor: minor.toString() }, { onSuccess: onClose });
  };
  return (
    <Panel
      of="new"
      label={WORDS.add}
      title={<h2 className="text-base font-semibold">{WORDS.add}</h2>}
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Consequence>{FORM.lead}</Consequence>
        <Choice
          label={FORM.kind}
          value={parts.kind}
          onChoose={(kind) => {
            change({ kind, code: '' });
            setScale(String(DECIMALS[kind].usual));
          }}
          choices={ASSET_KINDS.map((value) => ({ value, ...FORM.kinds[value] }))}
        />
        {parts.kind === 'stellar' ? (
          <StellarParts parts={parts} onChange={change} />
        ) : (
          <TextField
            label={parts.kind === 'iso' ? FORM.isoCode : FORM.nowCode}
            hint={parts.kind === 'iso' ? FORM.isoHint : FORM.nowHint}
            value={parts.code}
            onText={(code) => change({ code })}
            maxLength={24}
            required
            autoFocus
          />
        )}
        {min === max ? null : (
          <TextField
            label={FORM.scale}
            hint={FORM.scaleHint(max)}
            value={scaleTyped}
            onText={setScale}
            inputMode="numeric"
            maxLength={1}
            required
          />
        )}
        <AmountField
          label={FORM.minimum}
          typed={minimumTyped}
          onType={setMinimum}
          asset={{ id: assetId ?? '', code: shownCode(parts), scale: scaleFits ? scale : max }}
        />
        {add.isError ? <ErrorNote error={add.error} /> : null}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={add.isPending} disabled={!ready} className="min-w-0">
            <span className="truncate">{assetId === null ? FORM.submitPlain : FORM.submit(assetId)}</span>
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {words.ui.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
