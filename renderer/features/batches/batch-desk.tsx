import type { ProviderBatchDetail } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ReviewColumns, ReviewPending } from '../../ui/review-columns.tsx';
import { ErrorNote, GoodNote, LoadingLines, Working } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Moment, TimeOfDay, Until } from '../../ui/time.tsx';
import { FeeText } from '../payouts/fee-text.tsx';
import { CodeForm } from './code-form.tsx';
import { BatchPayments } from './payments.tsx';
import { useBatch, useBatchFee } from './use-batches.ts';

const say = words.batches;

/** One batch: what a code would release on the left, the code on the right. */
export function BatchDesk({ id }: { readonly id: string }) {
  const { data, error, isPending, refetch } = useBatch(id);
  if (!data)
    return (
      <ReviewPending>
        {isPending ? <LoadingLines lines={12} /> : <ErrorNote error={error} onRetry={() => void refetch()} />}
      </ReviewPending>
    );
  return (
    <ReviewColumns
      label={say.beside}
      document={
        <article aria-label={say.one} className="@container rounded-lg border border-line-strong/60">
          <header className="border-b border-line px-5 py-3">
            <h2 className="font-medium">{say.title(words.rails[data.rail], data.payments)}</h2>
            <p className="text-soft">{say.about[data.state]}</p>
          </header>
          <div className="border-b border-line px-5 py-4">
            <BatchFacts batch={data} />
          </div>
          <BatchPayments payments={data.paid} waits={data.endedAtMs === null} />
        </article>
      }
      beside={<Next batch={data} />}
    />
  );
}

function BatchFacts({ batch }: { readonly batch: ProviderBatchDetail }) {
  const waits = batch.state === 'needs_code';
  return (
    <Facts>
      {batch.totals.map(({ assetId, assetCode, scale, amountMinor }) => (
        <Fact key={assetId} name={say.total}>
          <span className="flex flex-wrap items-baseline gap-x-1.5 font-medium">
            <Amount minor={amountMinor} scale={scale} code={assetCode} bare />
            <span className="text-xs font-normal text-faint">{assetCode}</span>
          </span>
        </Fact>
      ))}
      {waits ? (
        <Fact name={say.fee}>
          <BatchFee batch={batch} />
        </Fact>
      ) : null}
      {batch.reference === null ? null : (
        <Fact name={say.reference}>
          <span className="font-mono text-xs">{batch.reference}</span>
        </Fact>
      )}
      <Fact name={say.prepared}>
        <Moment atMs={batch.askedAtMs} />
      </Fact>
      {waits && batch.expiresAtMs !== null ? (
        <Fact name={say.until}>
          <Moment atMs={batch.expiresAtMs} /> · <Until atMs={batch.expiresAtMs} />
        </Fact>
      ) : null}
      {waits ? (
        <Fact name={say.tries}>
          <span className={`tabular ${batch.triesLeft < 4 ? 'font-medium text-amber' : ''}`}>{batch.triesLeft}</span>
        </Fact>
      ) : null}
      {batch.state === 'released' ? (
        <>
          <Fact name={say.releasedBy}>{batch.releasedBy ?? say.elsewhere}</Fact>
          <Fact name={say.cameOf}>
            <CameOf payments={batch.paid} />
          </Fact>
        </>
      ) : null}
      {batch.said === null ? null : <Fact name={say.said}>{batch.said}</Fact>}
    </Facts>
  );
}

/** Until when it holds: a code that comes later is given at what is charged then, once that was seen. */
function BatchFee({ batch }: { readonly batch: ProviderBatchDetail }) {
  const { data, isPending } = useBatchFee(batch);
  if (!data) return <span className="text-soft">{isPending ? say.feeAsked : say.feeUnknown}</span>;
  const { quoted } = data;
  return (
    <>
      <FeeText fee={data} />
      {quoted ? (
        <span className="text-soft">
          , {say.feeHolds} <TimeOfDay atMs={quoted.expiresAtMs} />
        </span>
      ) : null}
    </>
  );
}

/** How many of them are in which state: of a hundred nobody counts that. */
function CameOf({ payments }: { readonly payments: ProviderBatchDetail['paid'] }) {
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1">
      {[...Map.groupBy(payments, ({ status }) => status)].map(([status, those]) => (
        <span key={status} className="inline-flex gap-1.5">
          <span className="tabular">{those.length.toLocaleString()}</span>
          <Status status={status} />
        </span>
      ))}
    </span>
  );
}

/** What can be done with it now; every state says something. */
function Next({ batch }: { readonly batch: ProviderBatchDetail }) {
  const me = useMe();
  if (batch.state === 'asking') return <Working>{say.state.asking}</Working>;
  if (batch.withheld !== null && batch.state !== 'released')
    return <Stopped title={say.withheldTitle} said={batch.withheld} next={say.withheldNext} />;
  if (batch.state === 'released' && batch.releasedBy === null)
    return <Stopped title={say.elsewhereTitle} said={say.elsewhereSays} next={say.elsewhereNext} />;
  if (batch.state === 'released') return <GoodNote>{say.about.released}</GoodNote>;
  if (batch.state !== 'needs_code') return null;
  return (
    <>
      {batch.heldBy === null ? null : <Stopped title={batch.heldBy} said={null} next={say.heldNext} />}
      {batch.codeUnanswered ? <Working>{say.unanswered}</Working> : null}
      {hasAnyRole(me, ['signer']) ? <CodeForm batch={batch} /> : <p className="text-sm text-soft">{say.forSigners}</p>}
    </>
  );
}

function Stopped({
  title,
  said,
  next,
}: {
  readonly title: string;
  readonly said: string | null;
  readonly next: string;
}) {
  return (
    <div role="alert" className="flex gap-2.5 rounded-md bg-amber-wash px-3 py-2.5 text-sm">
      <Icon name="warning" className="mt-0.5 text-amber" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="font-medium">{title}</p>
        {said === null ? null : <p className="break-words">{said}</p>}
        <p className="text-soft">{next}</p>
      </div>
    </div>
  );
}
