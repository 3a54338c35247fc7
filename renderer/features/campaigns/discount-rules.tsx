import type { DiscountRule } from '../../../core/contract/index.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { FILTER_BAR } from '../../ui/filter.ts';
import { columnsOf } from '../../ui/list-columns.ts';
import { AddButton, ListPane } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusLike } from '../../ui/status.tsx';
import { tiersText } from './formula-text.ts';
import { useRules } from './use-campaigns.ts';

const say = words.discounts;
const column = columnsOf<DiscountRule>();

export function RuleState({ status }: { readonly status: DiscountRule['status'] }) {
  return <StatusLike like={status === 'in_force' ? 'processing' : 'cancelled'} word={say.status[status]} />;
}

const COLUMNS = column.columns([
  column.display({
    id: 'status',
    header: words.columns.status,
    meta: { width: '6.5rem' },
    cell: ({ row }) => <RuleState status={row.original.status} />,
  }),
  column.display({
    id: 'name',
    header: say.name,
    meta: { width: 'minmax(8rem,1fr)' },
    cell: ({ row }) => <span className="font-medium">{row.original.name}</span>,
  }),
  column.display({
    id: 'gives',
    header: say.gives,
    meta: { width: 'minmax(10rem,1.4fr)' },
    cell: ({ row }) => <span className="text-soft">{tiersText(row.original)}</span>,
  }),
  column.display({
    id: 'combines',
    header: say.combines,
    meta: { width: '8rem', from: 780 },
    cell: ({ row }) => <span className="text-soft">{say.combining[row.original.combines]}</span>,
  }),
  column.display({
    id: 'paidBy',
    header: say.paidBy,
    meta: { width: 'minmax(8rem,0.8fr)', from: 640 },
    cell: ({ row }) => <span className="text-soft">{row.original.campaign?.name ?? say.forgone}</span>,
  }),
]);

const open = (id: string) => go({ open: id });
const NO_RULES: readonly DiscountRule[] = [];

export function DiscountRules({ mayWrite }: { readonly mayWrite: boolean }) {
  const { open: openId } = useRoute();
  const query = useRules();
  const list = { query, rows: query.data ?? NO_RULES };
  return (
    <>
      <div className={FILTER_BAR}>
        <span className="flex-1" />
        <Button className="h-7" onClick={() => open('try')}>
          {say.try}
        </Button>
        {mayWrite ? <AddButton onAdd={() => open('new')}>{say.add}</AddButton> : null}
      </div>
      <ListPane
        label={say.label}
        list={list}
        columns={COLUMNS}
        openId={openId}
        onOpen={open}
        empty={
          <Empty title={say.empty} next={say.emptyNext}>
            {mayWrite ? (
              <Button kind="primary" onClick={() => open('new')}>
                {say.add}
              </Button>
            ) : null}
          </Empty>
        }
      />
    </>
  );
}
