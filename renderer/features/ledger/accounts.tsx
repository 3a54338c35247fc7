import type { LedgerAccount } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { List } from '../../ui/list.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Empty, ErrorNote } from '../../ui/states.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { useAccounts } from './use-ledger.ts';

const column = columnsOf<LedgerAccount>();
const COLUMNS = column.columns([
  column.display({
    id: 'account',
    header: words.ledger.account,
    meta: { width: 'minmax(14rem,1fr)' },
    cell: ({ row }) => <span className="font-mono text-xs">{row.original.entity}</span>,
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

/** A row here is all there is of an account: opening one only moves the cursor. */
export function Accounts() {
  const { query, rows, loadMore } = useAccounts();
  const { cursorId, setCursor } = useListKeys({ rows, openId: null, onOpen: () => undefined });
  if (query.isError && rows.length === 0) {
    return (
      <div className="p-5">
        <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  return (
    <List
      label={words.ledger.tabs.accounts}
      rows={rows}
      columns={COLUMNS}
      cursorId={cursorId}
      openId={null}
      onOpen={setCursor}
      loading={query.isPending}
      empty={<Empty title={words.ledger.accountsEmpty} next={words.ledger.accountsEmptyNext} />}
      onNearEnd={loadMore}
    />
  );
}
