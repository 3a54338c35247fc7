import { Tabs } from 'radix-ui';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { TabList } from '../../ui/tab-list.tsx';
import { AccountPanel } from './account-panel.tsx';
import { Accounts } from './accounts.tsx';
import { AddAssetPanel } from './add-asset-panel.tsx';
import { Assets } from './assets.tsx';
import { readOpened } from './opened.ts';
import { PositionTable } from './position-table.tsx';
import { QuotePanel } from './quote-panel.tsx';
import { Quotes } from './quotes.tsx';
import { RecordQuotePanel } from './record-quote-panel.tsx';
import { TransactionPanel } from './transaction-panel.tsx';
import { Transactions } from './transactions.tsx';
import { TrialBalance } from './trial-balance.tsx';
import { usePosition, useReadsEntries, useReadsQuotes } from './use-ledger.ts';

const TABS = ['position', 'accounts', 'transactions', 'trialBalance', 'assets', 'quotes'] as const;
type Tab = (typeof TABS)[number];

function useTabs(): readonly Tab[] {
  const readsEntries = useReadsEntries();
  const readsQuotes = useReadsQuotes();
  return TABS.filter((tab) => (tab === 'transactions' ? readsEntries : tab === 'quotes' ? readsQuotes : true));
}

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

const close = () => go({ open: null });

/** What is open beside the books: an account or a transaction over any list, else what the tab adds or shows. */
function LedgerPanel({ tab }: { readonly tab: Tab }) {
  const me = useMe();
  const readsEntries = useReadsEntries();
  const opened = readOpened(useRoute().open);
  switch (opened?.kind) {
    case 'account':
      return <AccountPanel key={opened.id} id={opened.id} onClose={close} />;
    case 'transaction':
      return readsEntries ? <TransactionPanel key={opened.id} id={opened.id} onClose={close} /> : null;
    case 'quote':
      return tab === 'quotes' ? <QuotePanel key={opened.id} id={opened.id} onClose={close} /> : null;
    case 'new':
      if (tab === 'assets' && hasAnyRole(me, ['admin'])) return <AddAssetPanel onClose={close} />;
      if (tab === 'quotes' && hasAnyRole(me, ['controller', 'admin'])) return <RecordQuotePanel onClose={close} />;
      return null;
    default:
      return null;
  }
}

export function LedgerScreen() {
  const { params } = useRoute();
  const tabs = useTabs();
  const tab = tabs.find((name) => name === params.tab) ?? 'position';
  return (
    <>
      <Tabs.Root
        value={tab}
        onValueChange={(value) => go({ open: null, params: { tab: value } }, { replace: true })}
        className="flex min-w-0 flex-1 flex-col"
      >
        <TabList
          label={words.ledger.sections}
          tabs={tabs.map((value) => ({ value, label: words.ledger.tabs[value] }))}
        />
        <Tabs.Content value="position" className="overflow-auto px-5 py-4">
          <Position />
        </Tabs.Content>
        <Tabs.Content value="accounts" className="flex min-h-0 flex-1 flex-col">
          <Accounts />
        </Tabs.Content>
        <Tabs.Content value="transactions" className="flex min-h-0 flex-1 flex-col">
          <Transactions />
        </Tabs.Content>
        <Tabs.Content value="trialBalance" className="flex flex-col gap-5 overflow-auto px-5 py-4">
          <TrialBalance />
        </Tabs.Content>
        <Tabs.Content value="assets" className="flex flex-col gap-4 overflow-auto px-5 py-4">
          <Assets />
        </Tabs.Content>
        <Tabs.Content value="quotes" className="flex min-h-0 flex-1 flex-col">
          <Quotes />
        </Tabs.Content>
      </Tabs.Root>
      <LedgerPanel tab={tab} />
    </>
  );
}
