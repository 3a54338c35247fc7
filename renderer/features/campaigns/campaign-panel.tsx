import { useState } from 'react';
import type { Campaign } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { BudgetBar } from './budget-bar.tsx';
import { CampaignGrants } from './campaign-grants.tsx';
import { CampaignState } from './campaign-state.tsx';
import { type CampaignStep, stepsOf, TakeStep } from './campaign-steps.tsx';
import { formulaText } from './formula-text.ts';
import { GrantForm } from './grant-form.tsx';
import { useCampaign } from './use-campaigns.ts';

const say = words.campaigns;

interface Props {
  readonly id: string;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

export function CampaignPanel({ id, mayWrite, onClose }: Props) {
  const { data: campaign, isPending, error, refetch } = useCampaign(id);
  const [task, setTask] = useState<CampaignStep | 'grant' | null>(null);
  const done = () => setTask(null);
  return (
    <Panel
      of={`${id} ${task}`}
      label={say.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="truncate text-base font-semibold">{campaign?.name ?? say.panel}</h2>
          {campaign ? <p className="text-soft">{say.types[campaign.type]}</p> : null}
        </>
      }
    >
      {isPending ? <LoadingLines lines={8} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {campaign && task === 'grant' ? <GrantForm campaign={campaign} onDone={done} /> : null}
      {campaign && task !== null && task !== 'grant' ? (
        <TakeStep campaign={campaign} step={task} onDone={done} />
      ) : null}
      {campaign && task === null ? (
        <>
          <div className="flex flex-col gap-1">
            <CampaignState status={campaign.status} />
            <p className="text-soft">{say.meaning[campaign.status]}</p>
          </div>
          <BudgetBar campaign={campaign} />
          {mayWrite ? (
            <div className="flex flex-wrap gap-2 empty:hidden">
              {campaign.status === 'active' ? (
                <Button kind="primary" onClick={() => setTask('grant')}>
                  {say.grant.title}
                </Button>
              ) : null}
              {stepsOf(campaign.status).map((step) => (
                <Button
                  key={step}
                  kind={step === 'complete' ? 'danger' : step === 'activate' ? 'primary' : 'plain'}
                  onClick={() => setTask(step)}
                >
                  {say.tasks[step].title}
                </Button>
              ))}
            </div>
          ) : null}
          <CampaignFacts campaign={campaign} />
          <Section title={say.grants}>
            <CampaignGrants campaign={campaign} />
          </Section>
        </>
      ) : null}
    </Panel>
  );
}

function CampaignFacts({ campaign }: { readonly campaign: Campaign }) {
  const { scale, assetCode } = campaign;
  const amount = (minor: string) => <Amount minor={minor} scale={scale} code={assetCode} quietZero />;
  return (
    <Facts>
      <Fact name={say.formula}>{formulaText(campaign)}</Fact>
      <Fact name={say.remaining}>{amount(campaign.remainingMinor)}</Fact>
      <Fact name={say.cap}>{amount(campaign.accountCapMinor)}</Fact>
      {minorOf(campaign.returnedMinor) === 0n ? null : (
        <Fact name={say.returned}>
          {amount(campaign.returnedMinor)}
          <span className="block text-soft">{say.returnedNote}</span>
        </Fact>
      )}
      <Fact name={say.lasts}>
        {campaign.creditsLastDays === null ? say.lastsForEver : say.lastsDays(campaign.creditsLastDays)}
      </Fact>
      <Fact name={say.keptFor}>{campaign.keptFor ?? say.keptForAny}</Fact>
      <Fact name={say.ends}>{campaign.endsAtMs === null ? say.endsNever : <Moment atMs={campaign.endsAtMs} />}</Fact>
      <Fact name={say.createdBy}>
        {campaign.createdBy} · <Moment atMs={campaign.createdAtMs} />
      </Fact>
    </Facts>
  );
}
