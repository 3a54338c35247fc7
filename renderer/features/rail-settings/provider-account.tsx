/** Whose account it is, whether its keys are taken, what lies there, and where its news are sent to. */
import { useState } from 'react';
import type { PayoutStatus, ProviderAccount, ProviderBalanceView, ProviderRail } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote, GoodNote, LoadingLines } from '../../ui/states.tsx';
import { StatusLike } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { ReleaseAccount } from './release-account.tsx';
import { useProviderAccount, useTestProvider } from './use-providers.ts';

const say = words.providers;

const LIKE: Record<ProviderAccount['state'], PayoutStatus> = {
  off: 'cancelled',
  simulated: 'approved',
  ready: 'completed',
  refused: 'failed',
};
const KEY_LIKE: Record<ProviderAccount['keys'][number]['state'], PayoutStatus> = {
  untried: 'pending',
  accepted: 'completed',
  refused: 'failed',
};

export function ProviderAccountSection({ rail }: { readonly rail: ProviderRail }) {
  const { data: account, isPending, error, refetch } = useProviderAccount(rail);
  if (isPending) return <LoadingLines lines={4} />;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  return account ? <Account account={account} /> : null;
}

function Account({ account }: { readonly account: ProviderAccount }) {
  const { rail, state, problem, missing, keys, webhooks } = account;
  const me = useMe();
  const test = useTestProvider();
  const mayTest = hasAnyRole(me, ['admin', 'controller']) && state !== 'off';
  return (
    <Section
      title={say.account}
      action={
        mayTest ? (
          <Button
            busy={test.isPending}
            onClick={() => test.mutate({ rail })}
            aria-label={say.testOf(words.rails[rail])}
          >
            {say.test}
          </Button>
        ) : null
      }
    >
      {problem === null ? null : <Problem problem={problem} />}
      <Facts>
        <Fact name={say.state}>
          <StatusLike like={LIKE[state]} word={say.states[state]} />{' '}
          <span className="text-soft">{state === 'refused' ? '' : say.stateNotes[state]}</span>
          {missing.length > 0 ? (
            <span className="block text-soft">{say.missing(missing.map((name) => nameOf(rail, name)).join(', '))}</span>
          ) : null}
        </Fact>
        {state === 'ready' || account.account !== null ? <AccountId account={account} /> : null}
        {keys.length > 0 ? <Keys keys={keys} /> : null}
        {test.data ? <Balances balances={test.data.balances} /> : null}
        {state === 'ready' || webhooks.verifiable || webhooks.received > 0 ? (
          <WebhookFacts webhooks={webhooks} />
        ) : null}
      </Facts>
      {test.isSuccess && test.data.account ? <GoodNote>{say.tested(test.data.account)}</GoodNote> : null}
      {/* Why its keys are not taken is said above already. */}
      {test.error && problem === null ? <ErrorNote error={test.error} /> : null}
    </Section>
  );
}

function Problem({ problem }: { readonly problem: string }) {
  return (
    <div role="alert" className="flex gap-2.5 rounded-md bg-red-wash px-3 py-2.5 text-sm">
      <Icon name="warning" className="mt-0.5 text-red" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="font-medium text-red">{problem}</p>
        <p>{say.stateNotes.refused}</p>
      </div>
    </div>
  );
}

function AccountId({ account: { rail, account, url } }: { readonly account: ProviderAccount }) {
  const isAdmin = hasAnyRole(useMe(), ['admin']);
  const [releasing, setReleasing] = useState(false);
  return (
    <>
      <Fact name={say.accountId}>
        {account === null ? (
          <span className="text-faint">{say.notKnown}</span>
        ) : (
          <span className="flex flex-wrap items-center gap-x-2">
            <span className="font-mono text-xs break-all">{account}</span>
            <CopyButton text={account} />
            {isAdmin && !releasing ? (
              <span className="-my-1.5">
                <Button kind="quiet" onClick={() => setReleasing(true)} aria-label={say.releaseOf(words.rails[rail])}>
                  {say.release}
                </Button>
              </span>
            ) : null}
          </span>
        )}
        {releasing ? <ReleaseAccount rail={rail} onClose={() => setReleasing(false)} /> : null}
      </Fact>
      <Fact name={say.url}>
        <span className="font-mono text-xs break-all">{url}</span>
      </Fact>
    </>
  );
}

function Keys({ keys }: { readonly keys: ProviderAccount['keys'] }) {
  return (
    <Fact name={say.keys}>
      <ul className="flex flex-col gap-1">
        {keys.map(({ commitment, shown, state, atMs }) => (
          <li key={commitment ?? shown} className="flex flex-wrap items-center gap-x-2">
            <span className="font-mono text-xs">{shown}</span>
            <StatusLike like={KEY_LIKE[state]} word={say.keyStates[state]} />
            {atMs === null ? null : (
              <span className="text-xs text-faint">
                <Ago atMs={atMs} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Fact>
  );
}

function Balances({ balances }: { readonly balances: readonly ProviderBalanceView[] }) {
  return (
    <Fact name={say.balance}>
      {balances.length === 0 ? <span className="text-faint">{say.nothingThere}</span> : null}
      <ul className="flex flex-wrap gap-x-6 gap-y-1">
        {balances.map(({ assetId, assetCode, scale, availableMinor }) => (
          <li key={assetId}>
            <Amount minor={availableMinor} scale={scale} code={assetCode} />
          </li>
        ))}
      </ul>
      <span className="block text-xs text-faint">{say.balanceLead}</span>
    </Fact>
  );
}

function WebhookFacts({ webhooks }: { readonly webhooks: ProviderAccount['webhooks'] }) {
  const { path, verifiable, received, lastAtMs } = webhooks;
  // A window of the desktop app has no address that anybody could send to.
  const origin = location.protocol.startsWith('http') ? location.origin : null;
  return (
    <Fact name={say.webhooks}>
      <span className="flex flex-wrap items-center gap-x-2">
        <span className="font-mono text-xs break-all">
          {origin === null ? say.webhookPath(path) : `${origin}${path}`}
        </span>
        {origin === null ? null : <CopyButton text={`${origin}${path}`} label={say.webhookUrl} />}
        <span className="text-xs text-faint">
          {received === 0 ? say.webhooksNone : say.webhooksReceived(received)}
          {lastAtMs === null ? null : (
            <>
              {' · '}
              <Ago atMs={lastAtMs} />
            </>
          )}
        </span>
      </span>
      {verifiable ? null : <span className="block text-xs text-soft">{say.webhooksUnverifiable}</span>}
    </Fact>
  );
}

function nameOf(rail: ProviderRail, name: string): string {
  const names: Readonly<Record<string, { readonly label: string }>> = words[rail].names;
  return names[name]?.label ?? name;
}
