import type { PayoutStatus } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { go, hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Empty, ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { WaitingActs } from '../acts/waiting-acts.tsx';
import { AlertsSection } from '../alerts/alerts-section.tsx';
import { PositionTable } from '../ledger/position-table.tsx';
import { Jobs } from './jobs.tsx';
import { OverviewPanel } from './overview-panel.tsx';
import { Rates } from './rates.tsx';
import { useOverview } from './use-overview.ts';

function ByStatus({
  counts,
}: {
  readonly counts: readonly { readonly status: PayoutStatus; readonly count: number }[];
}) {
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return (
    <ul className="flex flex-col">
      {counts.map(({ status, count }) => (
        <li key={status}>
          <a
            href={`${hrefOf('payouts')}?status=${status}`}
            className="-mx-2 grid h-8 grid-cols-[7.5rem_minmax(0,1fr)_4rem] items-center gap-3 rounded px-2 hover:bg-hover"
          >
            <Status status={status} />
            <span aria-hidden="true" className="h-1.5 rounded-full bg-hover">
              <span
                className="block h-full rounded-full bg-line-strong"
                style={{ width: `${(count / most) * 100}%` }}
              />
            </span>
            <span className="tabular text-right">{count.toLocaleString()}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function WaitingForMe({ count }: { readonly count: number }) {
  return (
    <div className="flex items-center justify-between gap-4 rounded-lg border border-line px-4 py-3">
      <p className="text-base">
        {count === 0 ? words.overview.waitingNone : words.overview.waitingSome(count, count.toLocaleString())}
      </p>
      {count > 0 ? (
        <Button kind="primary" onClick={() => go({ place: 'approvals', open: null, params: {} })}>
          {words.overview.review}
          <Key>g a</Key>
        </Button>
      ) : null}
    </div>
  );
}

export function OverviewScreen() {
  const me = useMe();
  const { data, isPending, error, refetch } = useOverview();
  const mayFund = hasAnyRole(me, ['admin', 'controller']);
  const fund = () => go({ open: 'fund' });
  useCommands(mayFund ? { new: fund } : {});
  return (
    <>
      <div id="list" tabIndex={-1} className="@container min-w-0 flex-1 overflow-auto px-6 py-5">
        {isPending ? <LoadingLines lines={10} /> : null}
        {error && !data ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
        {data ? (
          <div className="flex max-w-5xl flex-col gap-8">
            <WaitingForMe count={data.waitingForMe} />
            <AlertsSection />
            <WaitingActs />
            <Section
              title={words.overview.position}
              action={
                <span className="flex gap-1">
                  {mayFund ? (
                    <Button kind="quiet" className="h-7" onClick={fund}>
                      {words.overview.fund}
                    </Button>
                  ) : null}
                  <Button kind="danger" className="h-7" onClick={() => go({ open: 'freeze' })}>
                    {words.freezes.freeze}
                  </Button>
                </span>
              }
            >
              {data.position.length > 0 ? (
                <PositionTable position={data.position} />
              ) : (
                <p className="text-soft">
                  {words.overview.positionEmpty}. {words.overview.positionEmptyNext}
                </p>
              )}
            </Section>
            <div className="grid grid-cols-2 gap-10 @max-[56rem]:grid-cols-1">
              <div className="flex min-w-0 flex-col gap-8">
                <Section title={words.overview.payouts}>
                  {data.byStatus.some(({ count }) => count > 0) ? (
                    <ByStatus counts={data.byStatus} />
                  ) : (
                    <Empty title={words.overview.payoutsEmpty} next={words.overview.payoutsEmptyNext}>
                      <Button onClick={() => go({ place: 'payees', open: 'new', params: {} })}>
                        {words.payees.add}
                      </Button>
                    </Empty>
                  )}
                </Section>
                <Jobs jobs={data.jobs} />
              </div>
              <Rates />
            </div>
          </div>
        ) : null}
      </div>
      <OverviewPanel />
    </>
  );
}
