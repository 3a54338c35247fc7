import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../app/client.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { FILTER_BOX } from '../../ui/filter.ts';
import { DayField, SelectFilter } from '../../ui/filters.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { AuditFilter } from './use-audit.ts';

const say = words.audit.filters;

/** What an action is about, as far as people look for it; the log knows more. */
const KINDS = [
  'payout.',
  'payouts.',
  'approval.',
  'payee.',
  'destination.',
  'act.',
  'staff.',
  'access.',
  'policy.',
  'session.',
  'second_factor.',
  'service.',
  'vault.',
  'audit.',
  'ledger.',
  'statement.',
  'payout-schedule.',
  'escrow-hold.',
  'campaign.',
  'freeze.',
  'fence.',
  'job.',
] as const;

export function AuditFilters({ filter }: { readonly filter: AuditFilter }) {
  const { params } = useRoute();
  const staff = useQuery(orpc.staff.list.queryOptions());
  const { action } = filter;
  const kinds = KINDS.map((value) => ({ value: value as string, label: say.kinds[value] }));
  const known = action === undefined || kinds.some(({ value }) => value === action);
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-1.5 gap-y-1">
      <SelectFilter
        label={words.audit.who}
        any={say.anybody}
        value={params.actor}
        choices={(staff.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChoose={(value) => setParam('actor', value)}
      />
      <SelectFilter
        label={words.audit.action}
        any={say.anything}
        value={action}
        choices={known ? kinds : [{ value: action, label: words.actions[action] ?? action }, ...kinds]}
        onChoose={(value) => setParam('action', value)}
      />
      <SelectFilter
        label={words.audit.outcomeLabel}
        any={say.anyOutcome}
        value={filter.outcome}
        choices={(['done', 'refused'] as const).map((value) => ({ value, label: words.audit.outcome[value] }))}
        onChoose={(value) => setParam('outcome', value)}
      />
      <DayField of={words.audit.when} label={say.from} value={params.from} onDay={(day) => setParam('from', day)} />
      <DayField of={words.audit.when} label={say.to} value={params.to} onDay={(day) => setParam('to', day)} />
      {filter.subject ? (
        <button
          type="button"
          data-set="true"
          title={say.allSubjects}
          onClick={() => setParam('subject', '')}
          className={`inline-flex max-w-56 items-center gap-1 font-mono ${FILTER_BOX}`}
        >
          <span className="truncate">{filter.subject}</span>
          <Icon name="close" className="size-3" />
        </button>
      ) : null}
      {Object.keys(filter).length > 0 ? (
        <Button kind="quiet" className="h-7" onClick={() => go({ params: {} })}>
          {say.clear}
        </Button>
      ) : null}
    </div>
  );
}
