import { CAMPAIGN_STATUSES, type Campaign } from '../../../core/contract/index.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button, Key } from '../../ui/button.tsx';
import { FILTER_BAR, FILTER_CHIP } from '../../ui/filter.ts';
import { Icon } from '../../ui/icon.tsx';
import { List } from '../../ui/list.tsx';
import { columnsOf } from '../../ui/list-columns.ts';
import { Empty, ErrorNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { CampaignState } from './campaign-state.tsx';
import { formulaText } from './formula-text.ts';
import { campaignFilterOf, useCampaigns } from './use-campaigns.ts';

const say = words.campaigns;
const column = columnsOf<Campaign>();

function money(id: 'budgetMinor' | 'remainingMinor', header: string, from?: number) {
  return column.display({
    id,
    header,
    meta: { width: 'minmax(9.5rem,0.7fr)', align: 'right', ...(from === undefined ? {} : { from }) },
    cell: ({ row: { original } }) => (
      <Amount minor={original[id]} scale={original.scale} code={original.assetCode} quietZero />
    ),
  });
}

const COLUMNS = column.columns([
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '7rem' },
    cell: ({ row }) => <CampaignState status={row.original.status} />,
  }),
  column.display({
    id: 'name',
    header: say.name,
    meta: { width: 'minmax(8rem,1.2fr)' },
    cell: ({ row }) => <span className="font-medium">{row.original.name}</span>,
  }),
  column.display({
    id: 'formula',
    header: say.formula,
    meta: { width: 'minmax(9rem,1fr)', from: 900 },
    cell: ({ row }) => <span className="text-soft">{formulaText(row.original)}</span>,
  }),
  column.display({
    id: 'grants',
    header: say.grants,
    meta: { width: '4.5rem', align: 'right', from: 640 },
    cell: ({ row }) => <span className="tabular text-soft">{row.original.grants.toLocaleString()}</span>,
  }),
  money('budgetMinor', say.budget, 780),
  money('remainingMinor', say.remaining),
  column.display({
    id: 'updated',
    header: say.ends,
    meta: { width: '6rem', from: 700 },
    cell: ({ row: { original } }) => (original.endsAtMs === null ? null : <Ago atMs={original.endsAtMs} />),
  }),
]);

const open = (id: string) => go({ open: id });

function Filters() {
  const { params } = useRoute();
  const { status: chosen } = campaignFilterOf(params);
  return (
    <fieldset aria-label={words.columns.status} className="flex min-w-0 flex-1 flex-wrap gap-0.5">
      <button
        type="button"
        aria-pressed={chosen === undefined}
        onClick={() => setParam('status', '')}
        className={FILTER_CHIP}
      >
        {say.all}
      </button>
      {CAMPAIGN_STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={chosen === status}
          onClick={() => setParam('status', chosen === status ? '' : status)}
          className={FILTER_CHIP}
        >
          {say.status[status]}
        </button>
      ))}
    </fieldset>
  );
}

export function CampaignList({ mayWrite }: { readonly mayWrite: boolean }) {
  const { open: openId, params } = useRoute();
  const filter = campaignFilterOf(params);
  const { query, rows, loadMore } = useCampaigns(filter);
  const { cursorId, setCursor } = useListKeys({ rows, openId: openId === 'new' ? null : openId, onOpen: open });
  const empty =
    Object.keys(filter).length > 0 ? (
      <Empty title={say.noneMatch} next={say.noneMatchNext}>
        <Button onClick={() => go({ params: {} })}>{say.clear}</Button>
      </Empty>
    ) : (
      <Empty title={say.empty} next={say.emptyNext}>
        {mayWrite ? (
          <Button kind="primary" onClick={() => open('new')}>
            {say.add}
          </Button>
        ) : null}
      </Empty>
    );
  return (
    <>
      <div className={FILTER_BAR}>
        <Filters />
        {mayWrite ? (
          <Button kind="primary" onClick={() => open('new')} className="h-7">
            <Icon name="plus" />
            {say.add}
            <Key>n</Key>
          </Button>
        ) : null}
      </div>
      {query.isError && rows.length === 0 ? (
        <div className="p-5">
          <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
        </div>
      ) : (
        <List
          label={say.label}
          rows={rows}
          columns={COLUMNS}
          cursorId={cursorId}
          openId={openId}
          onOpen={(id) => {
            setCursor(id);
            open(id);
          }}
          loading={query.isPending}
          empty={empty}
          onNearEnd={loadMore}
        />
      )}
    </>
  );
}
