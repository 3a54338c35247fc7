import { type FormEvent, useState } from 'react';
import type { VelocityLimit } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf, readAmount } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { useLedgerAssets } from '../ledger/use-ledger.ts';
import { Small } from './rule-card.tsx';
import type { KnownAsset } from './typed-rule.ts';
import { changeDraft } from './use-policies.ts';

const say = words.policies.limit;
const PER = ['vault', 'rail', 'payee'] as const;

/** What may start within a day; more waits until enough of it is a day ago. */
export function LimitsEditor({ limits }: { readonly limits: readonly VelocityLimit[] }) {
  const assets = useLedgerAssets().data;
  if (!assets) return null;
  return (
    <div className="flex flex-col gap-3">
      <ul className="flex flex-col gap-1">
        {limits.map((limit, at) => {
          const asset = assets.find(({ id }) => id === limit.assetId);
          const amount = `${amountText(minorOf(limit.perDayMinor), asset?.scale ?? 0)} ${asset?.code ?? limit.assetId}`;
          const rails = limit.rails?.map((rail) => words.rails[rail]).join(', ');
          const text = say.text(say.per[limit.per], amount, rails);
          return (
            <li key={JSON.stringify(limit)} className="flex items-center justify-between gap-3">
              <span>{text}</span>
              <Small
                icon="close"
                label={say.remove(text)}
                onPress={() => changeDraft((terms) => ({ ...terms, limits: terms.limits.toSpliced(at, 1) }))}
              />
            </li>
          );
        })}
      </ul>
      {limits.length === 0 ? <p className="text-soft">{words.policies.noLimits}</p> : null}
      <AddLimit assets={assets} />
    </div>
  );
}

interface AddProps {
  readonly assets: readonly KnownAsset[];
}

function AddLimit({ assets }: AddProps) {
  const [per, setPer] = useState<VelocityLimit['per']>('vault');
  const [assetId, setAssetId] = useState<string>(assets[0]?.id ?? '');
  const [typed, setTyped] = useState('');
  const asset = assets.find(({ id }) => id === assetId);
  const read = asset ? readAmount(typed, asset.scale) : null;
  const ready = read?.ok === true && read.minor > 0n;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!asset || !read?.ok || read.minor <= 0n) return;
    const limit: VelocityLimit = {
      per,
      assetId: asset.id as VelocityLimit['assetId'],
      perDayMinor: read.minor.toString(),
    };
    changeDraft((terms) => ({ ...terms, limits: [...terms.limits, limit] }));
    setTyped('');
  };
  return (
    <form onSubmit={submit} className="grid max-w-xl grid-cols-[9rem_6rem_1fr_auto] items-end gap-2">
      <SelectField
        label={say.of}
        value={per}
        onText={(value) => setPer(PER.find((known) => known === value) ?? 'vault')}
        choices={PER.map((value) => ({ value, label: say.per[value] }))}
      />
      <SelectField
        label={words.policies.form.asset}
        value={assetId}
        onText={setAssetId}
        choices={assets.map(({ id, code }) => ({ value: id, label: code }))}
      />
      <TextField label={say.perDay} inputMode="decimal" value={typed} onText={setTyped} />
      <Button type="submit" disabled={!ready}>
        {say.add}
      </Button>
    </form>
  );
}
