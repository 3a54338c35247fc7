import type { Campaign, CampaignStatus } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { PanelTask } from '../../ui/panel-task.tsx';
import { Consequence } from '../../ui/reason-form.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useActivate, useComplete, usePause } from './use-campaigns.ts';

export type CampaignStep = 'activate' | 'pause' | 'complete';

const STEPS: Readonly<Record<CampaignStatus, readonly CampaignStep[]>> = {
  draft: ['activate'],
  active: ['pause', 'complete'],
  paused: ['activate', 'complete'],
  completed: [],
  expired: [],
};

export const stepsOf = (status: CampaignStatus): readonly CampaignStep[] => STEPS[status];

interface Props {
  readonly campaign: Campaign;
  readonly step: CampaignStep;
  readonly onDone: () => void;
}

/** Its consequence first, then the button. */
export function TakeStep({ campaign, step, onDone }: Props) {
  const steps = { activate: useActivate(), pause: usePause(), complete: useComplete() };
  const taking = steps[step];
  const say = words.campaigns.tasks[step];
  const left = `${amountText(minorOf(campaign.remainingMinor), campaign.scale)} ${campaign.assetCode}`;
  return (
    <PanelTask title={say.title} onCancel={onDone}>
      <Consequence>{typeof say.consequence === 'string' ? say.consequence : say.consequence(left)}</Consequence>
      {taking.isError ? <ErrorNote error={taking.error} /> : null}
      <div className="flex gap-2">
        <Button
          kind={step === 'complete' ? 'danger' : 'primary'}
          busy={taking.isPending}
          onClick={() => taking.mutate({ id: campaign.id }, { onSuccess: onDone })}
        >
          {say.submit}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {words.ui.cancel}
        </Button>
      </div>
    </PanelTask>
  );
}
