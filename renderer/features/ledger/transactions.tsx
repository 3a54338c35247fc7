import type { LedgerTransactionItem } from '../../../core/contract/index.ts';
import { type LedgerKind, ledgerKind } from '../../../core/contract/ledger-records.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { FILTER_BAR, FILTER_BOX } from '../../ui/filter.ts';
import { Icon } from '../../ui/icon.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { ListPane } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { readOpened, transactionKey } from './opened.ts';
import { type TransactionFilter, useTransactions } from './use-ledger.ts';

const WORDS = words.ledger.transactions;
const KINDS: readonly LedgerKind[] = ledgerKind.options;

const column = columnsOf<LedgerTransactionItem>();
const COLUMNS = column.columns([
  column.display({
    id: 'number',
    header: words.ledger.number,
    meta: { width: '5rem', from: 560 },
    cell: ({ row }) => <span className="tabular text-faint">{row.original.id}</span>,
  }),
  column.display({
    id: 'kind',
    header: WORDS.kind,
    meta: { width: 'minmax(9rem,0.8fr)' },
    cell: ({ row: { original } }) => (
      <span>
        <span className="font-medium">{words.ledger.kinds[original.kind]}</span>
        {original.reversedById === null ? null : (
          <span className="text-soft">
            {' '}
            · {words.ledger.transaction.reversedBy.toLowerCase()} {original.reversedById}
          </span>
        )}
      </span>
    ),
  }),
  column.display({
    id: 'about',
    header: WORDS.about,
    meta: { width: 'minmax(10rem,1.4fr)' },
    cell: ({ row: { original } }) =>
      original.reason ?? (
        <span className="font-mono text-xs text-soft">{original.reference ?? original.payoutId ?? original.key}</span>
      ),
  }),
  column.display({
    id: 'effective',
    header: WORDS.effective,
    meta: { width: '7rem', from: 460 },
    cell: ({ row }) => <Ago atMs={row.original.effectiveAtMs} />,
  }),
]);

function filterOf(params: Readonly<Record<string, string>>): TransactionFilter {
  const kind = KINDS.find((name) => name === params.kind);
  return { ...(kind === undefined ? {} : { kind }), ...(params.payout ? { payoutId: params.payout } : {}) };
}

const openTransaction = (id: string) => go({ open: transactionKey(id) });

/** Everything that was ever written into the books, newest first. */
export function Transactions() {
  const { open, params } = useRoute();
  const filter = filterOf(params);
  const list = useTransactions(filter);
  const opened = readOpened(open);
  const openId = opened?.kind === 'transaction' ? opened.id : null;
  const narrowed = Object.keys(filter).length > 0;
  return (
    <>
      <div className={FILTER_BAR}>
        <select
          aria-label={words.ledger.filter.kind}
          value={params.kind ?? ''}
          data-set={Boolean(params.kind)}
          onChange={(event) => setParam('kind', event.target.value)}
          className={FILTER_BOX}
        >
          <option value="">{words.ledger.filter.allKinds}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {words.ledger.kinds[kind]}
            </option>
          ))}
        </select>
        {params.payout ? (
          <button
            type="button"
            data-set="true"
            onClick={() => setParam('payout', '')}
            title={params.payout}
            className={`inline-flex items-center gap-1 ${FILTER_BOX}`}
          >
            {words.ledger.filter.payout}
            <Icon name="close" className="size-3" />
          </button>
        ) : null}
      </div>
      <ListPane
        label={WORDS.label}
        list={list}
        columns={COLUMNS}
        openId={openId}
        onOpen={openTransaction}
        empty={
          narrowed ? (
            <Empty title={WORDS.none} next={WORDS.noneNext}>
              <Button onClick={() => go({ params: { tab: 'transactions' } })}>{words.ledger.clear}</Button>
            </Empty>
          ) : (
            <Empty title={WORDS.empty} next={WORDS.emptyNext} />
          )
        }
      />
    </>
  );
}
