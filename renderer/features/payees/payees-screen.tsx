import { Tabs } from 'radix-ui';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { TabList } from '../../ui/tab-list.tsx';
import { PayeeList } from './payee-list.tsx';
import { SafeguardsSection } from './safeguards-section.tsx';
import { useWaitingCount } from './use-waiting.ts';
import { WaitingDestinations } from './waiting-destinations.tsx';

const TABS = ['list', 'waiting', 'safeguards'] as const;
const BODY = 'flex min-h-0 flex-1';

export function PayeesScreen() {
  const { params } = useRoute();
  const tab = TABS.find((name) => name === params.tab) ?? 'list';
  const waiting = useWaitingCount();
  const say = words.payees.tabs;
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) => go({ open: null, params: value === 'list' ? {} : { tab: value } })}
      className="flex min-w-0 flex-1 flex-col"
    >
      <TabList
        label={words.payees.sections}
        tabs={TABS.map((value) => ({ value, label: value === 'waiting' ? say.waiting(waiting) : say[value] }))}
      />
      <Tabs.Content value="list" className={tab === 'list' ? BODY : ''}>
        <PayeeList />
      </Tabs.Content>
      <Tabs.Content value="waiting" className={tab === 'waiting' ? BODY : ''}>
        <WaitingDestinations />
      </Tabs.Content>
      <Tabs.Content value="safeguards" className={tab === 'safeguards' ? BODY : ''}>
        <SafeguardsSection />
      </Tabs.Content>
    </Tabs.Root>
  );
}
