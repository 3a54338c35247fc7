import { useQuery } from '@tanstack/react-query';
import { useWaitingForMe } from '../features/acts/use-acts.ts';
import { useAlertCount } from '../features/alerts/use-alerts.ts';
import { useNeedCode } from '../features/batches/use-batches.ts';
import { useUnread } from '../features/notifications/use-notifications.ts';
import { useToSign } from '../features/signing/use-signing.ts';
import { Icon } from '../ui/icon.tsx';
import { orpc } from './client.ts';
import { hrefOf, PLACES, type Place, useRoute } from './routes.ts';
import { words } from './words/words.ts';

export function Rail() {
  const route = useRoute();
  const overview = useQuery(orpc.desk.overview.queryOptions());
  const counts: Partial<Record<Place, number>> = {
    overview: useWaitingForMe(),
    approvals: overview.data?.waitingForMe ?? 0,
    notifications: useUnread().data?.count ?? 0,
    signing: useNeedCode() + useToSign(),
    alerts: useAlertCount(),
  };
  return (
    <nav
      aria-label={words.frame.places}
      className="flex w-47 shrink-0 flex-col gap-0.5 border-r border-line bg-canvas px-2 py-3"
    >
      <div className="flex h-8 items-center gap-2 px-2 pb-3 text-sm font-semibold">
        <img src="./icon.svg" alt="" className="size-5" />
        {words.app}
      </div>
      {PLACES.map((place) => {
        const here = route.place === place;
        const count = counts[place] ?? 0;
        return (
          <a
            key={place}
            href={hrefOf(place)}
            aria-current={here ? 'page' : undefined}
            className={`flex h-7.5 items-center gap-2 rounded-md px-2 text-sm ${
              here ? 'bg-chosen font-medium text-ink' : 'text-soft hover:bg-hover hover:text-ink'
            }`}
          >
            <Icon name={place} className={here ? 'text-accent' : ''} />
            <span className="min-w-0 flex-1 truncate">{words.places[place]}</span>
            {count > 0 ? (
              <span className="tabular min-w-5 shrink-0 rounded-full bg-accent-solid px-1.5 text-center text-2xs leading-4.5 font-medium text-on-accent">
                <span aria-hidden="true">{count > 999 ? '999+' : count}</span>
                <span className="sr-only">{words.frame.waiting(count)}</span>
              </span>
            ) : null}
          </a>
        );
      })}
    </nav>
  );
}
