import { Tabs } from 'radix-ui';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { TabList } from '../../ui/tab-list.tsx';
import { CampaignList } from './campaign-list.tsx';
import { CampaignPanel } from './campaign-panel.tsx';
import { DiscountRules } from './discount-rules.tsx';
import { Members } from './members.tsx';
import { RulePanel } from './rule-panel.tsx';
import { TryChargePanel } from './try-charge-panel.tsx';
import { WriteCampaignPanel } from './write-campaign-panel.tsx';
import { WriteRulePanel } from './write-rule-panel.tsx';

const TABS = ['campaigns', 'discounts', 'members'] as const;
type Tab = (typeof TABS)[number];

const say = words.campaigns;
const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

/** What is open beside the list of the tab. */
function BesidePanel({ tab, mayWrite }: { readonly tab: Tab; readonly mayWrite: boolean }) {
  const { open: openId } = useRoute();
  if (openId === null || tab === 'members') return null;
  if (openId === 'new') {
    if (!mayWrite) return null;
    return tab === 'campaigns' ? (
      <WriteCampaignPanel onClose={close} onWritten={open} />
    ) : (
      <WriteRulePanel onClose={close} onWritten={open} />
    );
  }
  if (tab === 'campaigns') return <CampaignPanel key={openId} id={openId} mayWrite={mayWrite} onClose={close} />;
  return openId === 'try' ? (
    <TryChargePanel onClose={close} />
  ) : (
    <RulePanel key={openId} id={openId} mayWrite={mayWrite} onClose={close} />
  );
}

export function CampaignsScreen() {
  const { params } = useRoute();
  const mayWrite = hasAnyRole(useMe(), ['operator', 'admin']);
  const tab = TABS.find((name) => name === params.tab) ?? 'campaigns';
  return (
    <>
      <Tabs.Root
        value={tab}
        onValueChange={(value) => go({ open: null, params: { tab: value } }, { replace: true })}
        className="flex min-w-0 flex-1 flex-col"
      >
        <TabList label={say.sections} tabs={TABS.map((value) => ({ value, label: say.tabs[value] }))} />
        <Tabs.Content value="campaigns" className="flex min-h-0 flex-1 flex-col">
          <CampaignList mayWrite={mayWrite} />
        </Tabs.Content>
        <Tabs.Content value="discounts" className="flex min-h-0 flex-1 flex-col">
          <DiscountRules mayWrite={mayWrite} />
        </Tabs.Content>
        <Tabs.Content value="members" className="overflow-auto px-5 py-4">
          <Members mayWrite={mayWrite} />
        </Tabs.Content>
      </Tabs.Root>
      <BesidePanel tab={tab} mayWrite={mayWrite} />
    </>
  );
}
