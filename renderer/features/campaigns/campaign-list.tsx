import { CAMPAIGN_STATUSES, type Campaign } from '../../../core/contract/index.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { FILTER_BAR } from '../../ui/filter.ts';
import { columnsOf } from '../../ui/list-columns.ts';
import { AddButton, EmptyList, FilterChips, ListPane } from '../../ui/list-screen.tsx';
import { Ago } from '../../ui/time.tsx';
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
    <FilterChips
      label={words.columns.status}
      all={say.all}
      values={CAMPAIGN_STATUSES}
      wordOf={(status) => say.status[status]}
      chosen={chosen}
      onChoose={(status) => setParam('status', status ?? '')}
    />
  );
}

export function CampaignList({ mayWrite }: { readonly mayWrite: boolean }) {
  const { open: openId, params } = useRoute();
  const filter = campaignFilterOf(params);
  const list = useCampaigns(filter);
  return (
    <>
      <div className={FILTER_BAR}>
        <Filters />
        {mayWrite ? <AddButton onAdd={() => open('new')}>{say.add}</AddButton> : null}
      </div>
      <ListPane
        label={say.label}
        list={list}
        columns={COLUMNS}
        openId={openId}
        onOpen={open}
        empty={
          <EmptyList
            say={say}
            narrowed={Object.keys(filter).length > 0}
            onClear={() => go({ params: {} })}
            onAdd={mayWrite ? () => open('new') : undefined}
          />
        }
      />
    </>
  );
}
