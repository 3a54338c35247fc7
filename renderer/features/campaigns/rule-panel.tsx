import { useState } from 'react';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { RuleState } from './discount-rules.tsx';
import { tiersText } from './formula-text.ts';
import { useEndRule, useRules } from './use-campaigns.ts';

const say = words.discounts;

interface Props {
  readonly id: string;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

export function RulePanel({ id, mayWrite, onClose }: Props) {
  const { data, isPending, error, refetch } = useRules();
  const [ending, setEnding] = useState(false);
  const end = useEndRule();
  const rule = data?.find((candidate) => candidate.id === id);
  const done = () => setEnding(false);
  return (
    <Panel
      of={`${id} ${ending}`}
      label={say.panel}
      onClose={onClose}
      title={<h2 className="truncate text-base font-semibold">{rule?.name ?? say.panel}</h2>}
    >
      {isPending ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {rule && ending ? (
        <PanelTask title={say.ending.title} onCancel={done}>
          <ReasonForm
            consequence={say.ending.consequence}
            submit={say.ending.submit}
            busy={end.isPending}
            error={end.error}
            onSubmit={(reason) => end.mutate({ id, reason }, { onSuccess: done })}
            onCancel={done}
          />
        </PanelTask>
      ) : null}
      {rule && !ending ? (
        <>
          <RuleState status={rule.status} />
          <Facts>
            <Fact name={say.gives}>{tiersText(rule)}</Fact>
            <Fact name={say.combines}>
              {say.combining[rule.combines]}
              <span className="block text-soft">{say.combiningMeaning[rule.combines]}</span>
            </Fact>
            <Fact name={say.kind}>{rule.chargeKind ?? say.anyKind}</Fact>
            <Fact name={say.paidBy}>
              {rule.campaign ? (
                <a href={hrefOf('campaigns', rule.campaign.id)} className="text-accent hover:underline">
                  {rule.campaign.name}
                </a>
              ) : (
                say.forgone
              )}
            </Fact>
            <Fact name={say.since}>
              <Moment atMs={rule.createdAtMs} />
            </Fact>
            {rule.endedAtMs === null ? null : (
              <Fact name={say.endedAt}>
                <Moment atMs={rule.endedAtMs} />
              </Fact>
            )}
            <Fact name={say.writtenBy}>{rule.createdBy}</Fact>
          </Facts>
          {mayWrite && rule.status === 'in_force' ? (
            <div>
              <Button kind="danger" onClick={() => setEnding(true)}>
                {say.ending.title}
              </Button>
            </div>
          ) : null}
        </>
      ) : null}
    </Panel>
  );
}
