import type { WebhookDelivery } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { StatusLike } from '../../ui/status.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { useDeliveries, useRedeliver } from './use-webhooks.ts';

const say = words.webhooks;
const LIKE = { waiting: 'pending', delivered: 'completed', failed: 'failed' } as const;

interface Props {
  readonly endpointId: string;
  readonly mayResend: boolean;
}

/** Newest first, each with what came back and what was sent. */
export function Deliveries({ endpointId, mayResend }: Props) {
  const { query, rows, loadMore } = useDeliveries(endpointId);
  const again = useRedeliver();
  if (query.isPending) return <LoadingLines lines={3} />;
  if (query.isError) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  if (rows.length === 0) return <p className="text-soft">{say.noDeliveries}</p>;
  return (
    <>
      {again.isError ? <ErrorNote error={again.error} /> : null}
      <ul aria-label={say.deliveries} className="flex flex-col">
        {rows.map((delivery) => (
          <Delivery
            key={delivery.id}
            delivery={delivery}
            busy={again.isPending && again.variables.id === delivery.id}
            onAgain={mayResend && delivery.status !== 'waiting' ? () => again.mutate({ id: delivery.id }) : null}
          />
        ))}
      </ul>
      {loadMore ? (
        <div>
          <Button busy={query.isFetchingNextPage} onClick={loadMore}>
            {words.ui.showMore}
          </Button>
        </div>
      ) : null}
    </>
  );
}

interface DeliveryProps {
  readonly delivery: WebhookDelivery;
  readonly busy: boolean;
  readonly onAgain: (() => void) | null;
}

function Delivery({ delivery, busy, onAgain }: DeliveryProps) {
  const { event, subject, status, attempts, lastStatus, lastAnswer, nextTryAtMs } = delivery;
  const answered = lastStatus === null ? say.noAnswer : say.answered(lastStatus);
  return (
    <li className="border-b border-line py-2 last:border-0">
      <details>
        <summary className="cursor-pointer text-sm">
          <span className="font-mono text-xs font-medium">{event}</span>
          <span className="ml-2 text-xs text-soft">
            <Ago atMs={delivery.createdAtMs} />
          </span>
          <span className="block truncate font-mono text-xs text-faint" title={subject}>
            {subject}
          </span>
          <span className="flex flex-wrap gap-x-2 text-xs">
            <StatusLike like={LIKE[status]} word={say.delivery[status]} />
            {attempts > 0 ? (
              <span className="text-soft">
                {answered} · {say.tries(attempts)}
              </span>
            ) : null}
          </span>
        </summary>
        <div className="flex flex-col gap-2 pt-2">
          {lastAnswer ? <p className="font-mono text-xs break-words text-soft">{lastAnswer}</p> : null}
          {nextTryAtMs === null || attempts === 0 ? null : (
            <p className="text-xs text-soft">
              {words.mails.nextTry}: <Moment atMs={nextTryAtMs} />
            </p>
          )}
          <p className="text-xs font-medium text-soft">{say.body}</p>
          <pre className="overflow-x-auto rounded-md bg-canvas p-2 font-mono text-2xs">
            {JSON.stringify(JSON.parse(delivery.body), null, 2)}
          </pre>
          {onAgain ? (
            <div>
              <Button className="h-7" busy={busy} onClick={onAgain}>
                {say.redeliver}
              </Button>
            </div>
          ) : null}
        </div>
      </details>
    </li>
  );
}
