import type { LedgerAccount } from '../../../core/contract/index.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { ListPane } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { AccountFilters, filterOf } from './account-filters.tsx';
import { accountKey, readOpened } from './opened.ts';
import { useAccounts } from './use-ledger.ts';

const column = columnsOf<LedgerAccount>();
const COLUMNS = column.columns([
  column.display({
    id: 'account',
    header: words.ledger.account,
    meta: { width: 'minmax(14rem,1fr)' },
    cell: ({ row: { original } }) =>
      original.holderName ?? <span className="font-mono text-xs">{original.name ?? original.entity}</span>,
  }),
  column.display({
    id: 'pool',
    header: words.ledger.pool,
    meta: { width: '10rem', from: 560 },
    cell: ({ row }) => <span className="font-mono text-xs text-soft">{row.original.pool}</span>,
  }),
  column.display({
    id: 'balance',
    header: words.ledger.balance,
    meta: { width: 'minmax(12rem,0.6fr)', align: 'right' },
    cell: ({ row: { original } }) => (
      <Amount minor={original.balanceMinor} scale={original.scale} code={original.assetCode} quietZero />
    ),
  }),
]);

const openAccount = (id: string) => go({ open: accountKey(id) });

export function Accounts() {
  const { open, params } = useRoute();
  const filter = filterOf(params);
  const list = useAccounts(filter);
  const opened = readOpened(open);
  const openId = opened?.kind === 'account' ? opened.id : null;
  const narrowed = Object.keys(filter).length > 0;
  return (
    <>
      <AccountFilters />
      <ListPane
        label={words.ledger.tabs.accounts}
        list={list}
        columns={COLUMNS}
        openId={openId}
        onOpen={openAccount}
        empty={
          narrowed ? (
            <Empty title={words.ledger.accountsNone} next={words.ledger.accountsNoneNext}>
              <Button onClick={() => go({ params: { tab: 'accounts' } })}>{words.ledger.clear}</Button>
            </Empty>
          ) : (
            <Empty title={words.ledger.accountsEmpty} next={words.ledger.accountsEmptyNext} />
          )
        }
      />
    </>
  );
}
