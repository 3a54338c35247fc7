import type { SyncStatus } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { hrefOf, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { RailHealth, RailNote } from './rail-health.tsx';
import { openedOf, useReadNow, useSyncStatus } from './use-sync.ts';

const say = words.sync;

/** Every rail on a line of its own, above what they told. */
export function RailsStrip() {
  const { data, error, isPending, refetch } = useSyncStatus();
  const { open } = useRoute();
  const opened = openedOf(open);
  if (error && !data)
    return (
      <div className="p-5">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  return (
    <ul aria-label={say.rails} aria-busy={isPending} className="@container border-b border-line">
      {isPending
        ? ['a', 'b', 'c', 'd'].map((line) => <li key={line} className="shape mx-5 my-3 h-4 w-1/2" />)
        : data?.map((status) => (
            <RailLine
              key={status.rail}
              status={status}
              isOpen={opened?.rail === status.rail && opened.eventId === null}
            />
          ))}
    </ul>
  );
}

function RailLine({ status, isOpen }: { readonly status: SyncStatus; readonly isOpen: boolean }) {
  const { rail } = status;
  const mayRun = hasAnyRole(useMe(), ['operator', 'controller', 'admin']);
  const run = useReadNow();
  return (
    <li
      className={`flex min-h-10 items-center gap-3 border-b border-line py-1 pr-5 pl-5 text-sm last:border-0 ${isOpen ? 'bg-chosen' : ''}`}
    >
      <a
        href={hrefOf('sync', rail)}
        aria-label={say.open(words.rails[rail])}
        aria-current={isOpen ? 'true' : undefined}
        className="w-28 shrink-0 truncate font-medium hover:text-accent hover:underline"
      >
        {words.rails[rail]}
      </a>
      <span className="w-28 shrink-0">
        <RailHealth status={status} />
      </span>
      <span className="hidden w-36 shrink-0 truncate text-soft @min-[640px]:block">
        {status.lastOkAtMs === null ? null : (
          <>
            {say.readTo} <Ago atMs={status.lastOkAtMs} />
          </>
        )}
      </span>
      <span className="min-w-0 flex-1 truncate">
        {run.error ? <span className="text-red">{run.error.message}</span> : <RailNote status={status} />}
      </span>
      <Counts status={status} />
      {/* Where there is no room for it, it is in the rail's own panel. */}
      {mayRun && status.configured ? (
        <span className="hidden @min-[560px]:block">
          <Button className="h-7 w-22" busy={run.isPending || status.running} onClick={() => run.mutate({ rail })}>
            {status.running ? say.reading : say.readNow}
          </Button>
        </span>
      ) : null}
    </li>
  );
}

function Counts({ status: { rail, waiting, dead } }: { readonly status: SyncStatus }) {
  return (
    <span className="flex shrink-0 gap-3 tabular">
      {waiting > 0 ? (
        <a href={hrefOf('sync', null, { rail, outcome: 'open' })} className="text-soft hover:underline">
          {say.waiting(waiting)}
        </a>
      ) : null}
      {dead > 0 ? (
        <a href={hrefOf('sync', null, { rail, outcome: 'dead' })} className="font-medium text-red hover:underline">
          {say.dead(dead)}
        </a>
      ) : null}
    </span>
  );
}
