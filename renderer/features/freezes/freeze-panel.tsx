import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Freeze, Payee, RailName } from '../../../core/contract/index.ts';
import { RAILS } from '../../../core/contract/payees.ts';
import { orpc } from '../../app/client.ts';
import { useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Choice, SelectField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { PayeePicker } from '../payouts/payee-picker.tsx';
import { useFreeze } from './use-freezes.ts';

type Scope = Freeze['scope'];
const SCOPES: readonly Scope[] = ['vault', 'rail', 'asset', 'payee'];
const FORM = words.freezes.form;

interface Target {
  readonly scope: Scope;
  readonly rail: RailName;
  readonly assetId: string;
  readonly payee: Payee | null;
}

function targetOf({ scope, rail, assetId, payee }: Target): string | null {
  switch (scope) {
    case 'vault':
      return '';
    case 'rail':
      return rail;
    case 'asset':
      return assetId === '' ? null : assetId;
    case 'payee':
      return payee?.id ?? null;
  }
}

/** Anyone stops payments here; opened from a payee, a rail or an asset, it is filled in already. */
export function FreezePanel({ onClose, onFrozen }: { readonly onClose: () => void; readonly onFrozen: () => void }) {
  const { params } = useRoute();
  const asked = params.target ?? '';
  const [scope, setScope] = useState<Scope>(SCOPES.find((name) => name === params.scope) ?? 'vault');
  const [rail, setRail] = useState<RailName>(RAILS.find((name) => name === asked) ?? 'simulated');
  const [chosenAsset, setAsset] = useState(params.scope === 'asset' ? asked : '');
  const [chosenPayee, setPayee] = useState<Payee | null | undefined>(undefined);
  const assets = useQuery(orpc.ledger.assets.queryOptions());
  const askedPayee = useQuery({
    ...orpc.payees.get.queryOptions({ input: { id: asked } }),
    enabled: params.scope === 'payee' && asked !== '',
  });
  const payee = chosenPayee === undefined ? (askedPayee.data ?? null) : chosenPayee;
  const assetId = chosenAsset || (assets.data?.[0]?.id ?? '');
  const target = targetOf({ scope, rail, assetId, payee });
  const freeze = useFreeze();
  return (
    <Panel
      of="freeze"
      label={FORM.title}
      title={<h2 className="text-base font-semibold">{FORM.title}</h2>}
      onClose={onClose}
    >
      <p className="text-soft">{FORM.lead}</p>
      <Choice
        label={FORM.scope}
        value={scope}
        onChoose={setScope}
        choices={SCOPES.map((value) => ({ value, ...FORM.scopes[value] }))}
      />
      {scope === 'rail' ? (
        <SelectField
          label={FORM.rail}
          value={rail}
          onText={(text) => setRail(RAILS.find((name) => name === text) ?? rail)}
          choices={RAILS.map((value) => ({ value, label: words.rails[value] }))}
        />
      ) : null}
      {scope === 'asset' ? (
        <SelectField
          label={FORM.asset}
          value={assetId}
          onText={setAsset}
          choices={(assets.data ?? []).map(({ id, code }) => ({ value: id, label: `${code} · ${id}` }))}
        />
      ) : null}
      {scope === 'asset' && assets.isError ? (
        <ErrorNote error={assets.error} onRetry={() => void assets.refetch()} />
      ) : null}
      {scope === 'payee' ? <PayeePicker chosen={payee} onChoose={setPayee} /> : null}
      {scope === 'payee' && askedPayee.isError ? <ErrorNote error={askedPayee.error} /> : null}
      {target === null ? null : (
        <ReasonForm
          consequence={FORM.consequence}
          submit={FORM.submit}
          busy={freeze.isPending}
          error={freeze.error}
          onSubmit={(reason) => freeze.mutate({ scope, target, reason }, { onSuccess: onFrozen })}
          onCancel={onClose}
        />
      )}
    </Panel>
  );
}
