import { useQuery } from '@tanstack/react-query';
import type { Payout } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { orpc } from '../../app/client.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { FreezeLink } from '../freezes/freeze-link.tsx';
import { CallFacts } from './call-facts.tsx';
import { FeeText } from './fee-text.tsx';
import { MethodText } from './method-text.tsx';
import { usePayoutFee } from './use-fee.ts';

const LINK = 'text-accent hover:underline';

function Mono({ text }: { readonly text: string }) {
  return (
    <span className="flex items-center gap-1">
      <span className="font-mono text-xs break-all text-soft">{text}</span>
      <CopyButton text={text} />
    </span>
  );
}

function Destination({ destination }: Pick<Payout, 'destination'>) {
  const { address, memo, extraId, currency, federation } = destination;
  return (
    <>
      <Fact name={words.columns.destination}>
        <FullAddress address={address} />
      </Fact>
      {federation ? <Fact name={words.payouts.federation}>{federation}</Fact> : null}
      {memo ? (
        <Fact name={words.payouts.memo}>
          <span className="font-mono text-xs break-all">{memo.value}</span>{' '}
          <span className="text-soft">{memo.type}</span>
        </Fact>
      ) : null}
      {extraId ? (
        <Fact name={words.payouts.extraId}>
          <span className="font-mono text-xs break-all">{extraId}</span>
        </Fact>
      ) : null}
      {currency ? <Fact name={words.payouts.currency}>{currency}</Fact> : null}
    </>
  );
}

function Approvals({ payout: { approvals } }: { readonly payout: Payout }) {
  return (
    <Fact name={words.columns.approvals}>
      {approvals.given.length === 0
        ? words.payouts.noApprovals
        : approvals.given.map(({ staffId, name, atMs }) => (
            <span key={staffId} className="block">
              {name} · <Ago atMs={atMs} />
            </span>
          ))}
      <span className="block text-faint">{words.approvals.needed(approvals.given.length, approvals.needed)}</span>
    </Fact>
  );
}

function StatementFact({ id }: { readonly id: string }) {
  const { data } = useQuery(orpc.statements.get.queryOptions({ input: { id } }));
  return (
    <Fact name={words.payouts.statement}>
      <a href={hrefOf('statements', id)} className={LINK}>
        {data?.reference ?? id}
      </a>
    </Fact>
  );
}

export function PayoutFacts({ payout }: { readonly payout: Payout }) {
  const fee = usePayoutFee(payout);
  const readsBooks = hasAnyRole(useMe(), ['controller', 'auditor', 'admin']);
  return (
    <Facts>
      <Fact name={words.columns.reference}>{payout.reference}</Fact>
      <Fact name={words.columns.payee}>
        <a href={hrefOf('payees', payout.payee.id)} className={LINK}>
          {payout.payee.name}
        </a>{' '}
        <span className="text-soft">{payout.payee.reference}</span>
      </Fact>
      <Fact name={words.columns.rail}>{words.rails[payout.rail]}</Fact>
      {payout.rail === 'stellar' ? (
        <Fact name={words.payouts.method}>
          <MethodText method={payout.method} reclaimAfterS={payout.reclaimAfterS} />
        </Fact>
      ) : null}
      <CallFacts call={payout.call} />
      <Destination destination={payout.destination} />
      {fee ? (
        <Fact name={words.payouts.fee}>
          <FeeText fee={fee} />
        </Fact>
      ) : null}
      <Fact name={words.payouts.due}>
        {payout.dueAtMs === null ? (
          <span className="text-soft">{words.payouts.dueNone}</span>
        ) : (
          <Moment atMs={payout.dueAtMs} />
        )}
      </Fact>
      <Fact name={words.payouts.funding}>{words.payouts.fundings[payout.funding]}</Fact>
      {payout.statementId ? <StatementFact id={payout.statementId} /> : null}
      <Fact name={words.columns.requestedBy}>{payout.requestedBy}</Fact>
      <Fact name={words.payouts.requested}>
        <Moment atMs={payout.createdAtMs} />
      </Fact>
      {payout.processedAtMs === null ? null : (
        <Fact name={words.payouts.processed}>
          <Moment atMs={payout.processedAtMs} />
        </Fact>
      )}
      <Approvals payout={payout} />
      <Fact name={words.payouts.attempts}>{words.payouts.attemptsOf(payout.attempts)}</Fact>
      <Fact name={words.payouts.providerReference}>
        {payout.providerReference === null ? (
          <span className="text-soft">{words.payouts.noProviderReference}</span>
        ) : (
          <Mono text={payout.providerReference} />
        )}
      </Fact>
      <Fact name={words.payouts.told}>
        <a href={hrefOf('sync', null, { payout: payout.id })} className={LINK}>
          {words.payouts.toldLink}
        </a>
      </Fact>
      {readsBooks ? (
        <Fact name={words.payouts.ledger}>
          <a href={hrefOf('ledger', null, { tab: 'transactions', payout: payout.id })} className={LINK}>
            {words.payouts.ledgerLink}
          </a>
        </Fact>
      ) : null}
      <Fact name={words.payouts.id}>
        <Mono text={payout.id} />
      </Fact>
    </Facts>
  );
}

/** From this payout to others like it, and to stopping them. */
export function PayoutKin({ payout }: { readonly payout: Payout }) {
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1">
      <a
        href={hrefOf('payouts', payout.id, { payee: payout.payee.id })}
        className="text-soft hover:text-ink hover:underline"
      >
        {words.payouts.allOfPayee}
      </a>
      <FreezeLink scope="payee" target={payout.payee.id}>
        {words.payouts.freezePayee}
      </FreezeLink>
      <FreezeLink scope="rail" target={payout.rail}>
        {words.payouts.freezeRail(words.rails[payout.rail])}
      </FreezeLink>
      <FreezeLink scope="asset" target={payout.assetId}>
        {words.payouts.freezeAsset(payout.assetCode)}
      </FreezeLink>
    </p>
  );
}
