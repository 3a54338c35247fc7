import { useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { HeldBack, HeldBackFirst } from './held-back.tsx';
import { useBuild, useDevice, usePlan } from './use-signing.ts';

const say = words.signing.plan;
const STROOP_PLACES = 7;
/** Fewer make a shorter review on the Ledger. */
const MOST = ['', '50', '25', '10', '5', '1'] as const;
const MINUTES = ['30', '480', '1440', '4320'] as const;

interface Props {
  readonly maySign: boolean;
  readonly onClose: () => void;
  readonly onBuilt: (id: string) => void;
}

/** What would be in the next transaction, before anything is written down. */
export function PlanPanel({ maySign, onClose, onBuilt }: Props) {
  const device = useDevice(true);
  // As large as the device at hand takes; without one, as large as the network takes.
  const limits = device.data ? { version: device.data.version, dataBytesMax: device.data.dataBytesMax } : null;
  const [most, setMost] = useState('');
  const [minutes, setMinutes] = useState<string>(MINUTES[0]);
  const plan = usePlan(limits, most === '' ? null : Number(most), !device.isPending);
  const build = useBuild();
  const { data } = plan;
  return (
    <Panel of="plan" label={say.title} title={<h2 className="text-sm font-semibold">{say.title}</h2>} onClose={onClose}>
      {plan.isPending ? <LoadingLines lines={6} /> : null}
      {plan.error ? <ErrorNote error={plan.error} onRetry={() => void plan.refetch()} /> : null}
      {plan.error ? <HeldBackFirst error={plan.error} /> : null}
      {data ? (
        <>
          <Facts>
            <Fact name={say.payments}>{data.payments.length.toLocaleString()}</Fact>
            {data.totals.map(({ assetId, assetCode, amountMinor }) => (
              <Fact key={assetId} name={say.total}>
                <Amount minor={amountMinor} scale={STROOP_PLACES} code={assetCode} />
              </Fact>
            ))}
            <Fact name={say.fee}>
              <Amount minor={data.feeMinor} scale={STROOP_PLACES} code="XLM" />
            </Fact>
            {data.call === null ? null : (
              <Fact name={words.signing.call.contract}>
                <span className="font-mono text-xs wrap-anywhere">{data.call.contract}</span>
                <span className="block text-soft">{data.call.method}</span>
              </Fact>
            )}
            {data.later > 0 ? <Fact name={say.later}>{data.later.toLocaleString()}</Fact> : null}
          </Facts>
          {maySign ? (
            <div className="grid grid-cols-2 gap-3">
              <SelectField
                label={say.most}
                value={most}
                onText={setMost}
                choices={MOST.map((value) => ({ value, label: value === '' ? say.asManyAsFit : value }))}
              />
              <SelectField
                label={say.time}
                hint={say.timeHint}
                value={minutes}
                onText={setMinutes}
                choices={MINUTES.map((value) => ({ value, label: say.minutes[value] }))}
              />
            </div>
          ) : null}
          <HeldBack heldBack={data.heldBack} />
          {data.payments.length === 0 ? <p className="text-soft">{say.nothing}</p> : null}
          {maySign && data.payments.length > 0 ? (
            <div>
              <Button
                kind="primary"
                busy={build.isPending}
                onClick={() =>
                  build.mutate(
                    {
                      payoutIds: data.payments.map(({ payoutId }) => payoutId),
                      ...(limits === null ? {} : { device: limits }),
                      ...(most === '' ? {} : { paymentsMax: Number(most) }),
                      openMinutes: Number(minutes),
                    },
                    { onSuccess: ({ id }) => onBuilt(id) },
                  )
                }
              >
                {say.build}
              </Button>
            </div>
          ) : null}
          {build.error ? <ErrorNote error={build.error} /> : null}
        </>
      ) : null}
    </Panel>
  );
}
