import { Tabs } from 'radix-ui';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { TabList } from '../../ui/tab-list.tsx';
import { Accounts } from './accounts.tsx';
import { PositionTable } from './position-table.tsx';
import { TrialBalance } from './trial-balance.tsx';
import { usePosition } from './use-ledger.ts';

const TABS = ['position', 'accounts', 'trialBalance'] as const;

function Position() {
  const { data, isPending, error, refetch } = usePosition();
  if (isPending) return <LoadingLines lines={4} />;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (data.length > 0) return <PositionTable position={data} />;
  return (
    <Empty title={words.overview.positionEmpty} next={words.overview.positionEmptyNext}>
      <Button onClick={() => go({ place: 'overview', open: 'fund', params: {} })}>{words.overview.fund}</Button>
    </Empty>
  );
}

export function LedgerScreen() {
  const { params } = useRoute();
  const tab = TABS.find((name) => name === params.tab) ?? 'position';
  return (
    <Tabs.Root value={tab} onValueChange={(value) => setParam('tab', value)} className="flex min-w-0 flex-1 flex-col">
      <TabList label={words.ledger.sections} tabs={TABS.map((value) => ({ value, label: words.ledger.tabs[value] }))} />
      <Tabs.Content value="position" className="overflow-auto px-5 py-4">
        <Position />
      </Tabs.Content>
      <Tabs.Content value="accounts" className="flex min-h-0 flex-1 flex-col">
        <Accounts />
      </Tabs.Content>
      <Tabs.Content value="trialBalance" className="flex flex-col gap-5 overflow-auto px-5 py-4">
        <TrialBalance />
      </Tabs.Content>
    </Tabs.Root>
  );
}
