import { RAILS } from '../../../core/contract/index.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { FILTER_BOX } from '../../ui/filter.ts';
import { SelectFilter } from '../../ui/filters.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Empty } from '../../ui/states.tsx';
import { EVENT_COLUMNS, TROUBLE_COLUMNS } from './event-columns.tsx';
import { EventPanel } from './event-panel.tsx';
import { RailPanel } from './rail-panel.tsx';
import { RailsStrip } from './rails-strip.tsx';
import { RetryAll } from './retry-all.tsx';
import { ASKED_OUTCOMES, askedOf, openedOf, useProviderEvents } from './use-sync.ts';

const say = words.sync;
const open = (id: string) => go({ open: id });
const showAll = () => go({ params: {} });

/** How each rail is doing, and under it everything that the providers told. */
export function SyncScreen() {
  const { open: openId, params } = useRoute();
  const asked = askedOf(params);
  const list = useProviderEvents(asked);
  const narrowed = Object.keys(asked).length > 0;
  const opened = openedOf(openId);
  return (
    <ListScreen
      bar={
        <>
          <RailsStrip />
          <ListBar>
            <EventFilters params={params} narrowed={narrowed} />
            {asked.outcome === 'dead' ? <RetryAll asked={asked} isAny={list.rows.length > 0} /> : null}
          </ListBar>
        </>
      }
      label={say.label}
      list={list}
      columns={asked.outcome === 'dead' || asked.outcome === 'retrying' ? TROUBLE_COLUMNS : EVENT_COLUMNS}
      openId={openId}
      onOpen={open}
      empty={
        narrowed ? (
          <Empty title={say.noneMatch} next={say.noneMatchNext}>
            <Button onClick={showAll}>{say.clear}</Button>
          </Empty>
        ) : (
          <Empty title={say.empty} next={say.emptyNext} />
        )
      }
    >
      {opened && opened.eventId === null ? <RailPanel key={opened.rail} rail={opened.rail} /> : null}
      {opened && opened.eventId !== null ? (
        <EventPanel key={openId} rail={opened.rail} eventId={opened.eventId} />
      ) : null}
    </ListScreen>
  );
}

interface FilterProps {
  readonly params: Readonly<Record<string, string>>;
  readonly narrowed: boolean;
}

function EventFilters({ params, narrowed }: FilterProps) {
  return (
    <div className="flex min-w-84 flex-1 flex-wrap items-center gap-x-1.5 gap-y-1">
      <SelectFilter
        label={say.filters.rail}
        any={say.filters.allRails}
        value={params.rail}
        choices={RAILS.map((rail) => ({ value: rail, label: words.rails[rail] }))}
        onChoose={(value) => setParam('rail', value)}
      />
      <SelectFilter
        label={say.filters.outcome}
        any={say.filters.allOutcomes}
        value={params.outcome}
        choices={ASKED_OUTCOMES.map((outcome) => ({ value: outcome, label: say.outcome[outcome] }))}
        onChoose={(value) => setParam('outcome', value)}
      />
      {params.payout ? (
        <button
          type="button"
          data-set="true"
          title={say.filters.clear}
          onClick={() => setParam('payout', '')}
          className={`inline-flex items-center gap-1 ${FILTER_BOX}`}
        >
          {say.filters.thisPayout}
          <Icon name="close" className="size-3" />
        </button>
      ) : null}
      {narrowed ? (
        <Button kind="quiet" className="h-7" onClick={showAll}>
          {say.filters.clear}
        </Button>
      ) : null}
    </div>
  );
}
