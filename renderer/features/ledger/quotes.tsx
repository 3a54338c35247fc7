import type { AssetItem, FxQuote } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { columnsOf } from '../../ui/list-columns.ts';
import { AddButton, ListPane } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { Ago, useNowMs } from '../../ui/time.tsx';
import { readOpened } from './opened.ts';
import { rateText } from './rate.ts';
import { useLedgerAssets, useQuotes } from './use-ledger.ts';

const WORDS = words.ledger.quotes;

/** The code people know an asset by; its whole identity where two share a code. */
export function codeOf(assets: readonly AssetItem[] | undefined, id: string): string {
  const asset = assets?.find((known) => known.id === id);
  const shared = assets?.some((known) => known.id !== id && known.code === asset?.code);
  return asset && !shared ? asset.code : id;
}

function RateCell({ quote }: { readonly quote: FxQuote }) {
  const { data } = useLedgerAssets();
  const rate = rateText({ numerator: BigInt(quote.rateNumerator), denominator: BigInt(quote.rateDenominator) });
  return (
    <span className="tabular font-medium">
      {WORDS.rateText(codeOf(data, quote.fromAssetId), rate, codeOf(data, quote.toAssetId))}
    </span>
  );
}

function Validity({ quote }: { readonly quote: FxQuote }) {
  const expired = useNowMs() >= quote.expiresAtMs;
  return <span className={expired ? 'text-faint' : 'text-green'}>{expired ? WORDS.expired : WORDS.valid}</span>;
}

const column = columnsOf<FxQuote>();
const COLUMNS = column.columns([
  column.display({
    id: 'rate',
    header: WORDS.rate,
    meta: { width: 'minmax(12rem,1fr)' },
    cell: ({ row }) => <RateCell quote={row.original} />,
  }),
  column.display({
    id: 'validity',
    header: words.columns.status,
    meta: { width: '6rem' },
    cell: ({ row }) => <Validity quote={row.original} />,
  }),
  column.display({
    id: 'source',
    header: WORDS.source,
    meta: { width: 'minmax(8rem,1fr)', from: 560 },
    cell: ({ row }) => <span className="text-soft">{row.original.source}</span>,
  }),
  column.display({
    id: 'quoted',
    header: WORDS.quoted,
    meta: { width: '7rem', from: 460 },
    cell: ({ row }) => <Ago atMs={row.original.quotedAtMs} />,
  }),
]);

const openQuote = (id: string) => go({ open: id });

/** Recorded quotes, newest first. */
export function Quotes() {
  const mayRecord = hasAnyRole(useMe(), ['controller', 'admin']);
  const { open } = useRoute();
  const list = useQuotes();
  const opened = readOpened(open);
  const openId = opened?.kind === 'quote' ? opened.id : null;
  const record = () => go({ open: 'new' });
  return (
    <>
      <div className="flex items-center justify-between gap-3 border-b border-line px-5 py-1.5">
        <p className="min-w-0 truncate text-xs text-soft">{WORDS.lead}</p>
        {mayRecord ? <AddButton onAdd={record}>{WORDS.record}</AddButton> : null}
      </div>
      <ListPane
        label={WORDS.label}
        list={list}
        columns={COLUMNS}
        openId={openId}
        onOpen={openQuote}
        empty={<Empty title={WORDS.empty} next={WORDS.emptyNext} />}
      />
    </>
  );
}
