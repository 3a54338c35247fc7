import type { ApprovalStatement } from '../../../core/contract/approval-statement.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/time.tsx';
import { CallFacts } from '../payouts/call-facts.tsx';
import { MethodText } from '../payouts/method-text.tsx';
import { FactList } from './fact-list.tsx';
import { CHECKS, type Check } from './statement.ts';

const FIELDS = words.approvals.fields;

/** The statement as a document a person can read: every field that is signed, none besides. */
export function StatementDocument({ stated, text }: { readonly stated: ApprovalStatement; readonly text: string }) {
  return (
    <div className="rounded-lg border border-line-strong/60">
      <div className="border-b border-line px-4 py-3">
        <p className="text-xl font-semibold">
          <Amount minor={stated.amountMinor} scale={stated.asset.scale} code={stated.asset.code} />
        </p>
        <p className="mt-0.5 font-medium">{stated.payee.name}</p>
        <div className="mt-1">
          <FullAddress address={stated.destination.address} />
        </div>
      </div>
      <div className="px-4 py-3">
        <Facts>
          <Fact name={FIELDS.reference}>{stated.reference}</Fact>
          <Fact name={FIELDS.payeeReference}>{stated.payee.reference}</Fact>
          <Fact name={FIELDS.askedBy}>{stated.askedBy.map(({ name }) => name).join(', ')}</Fact>
          <Fact name={FIELDS.rail}>{words.rails[stated.rail]}</Fact>
          <Fact name={FIELDS.method}>
            <MethodText method={stated.method} reclaimAfterS={stated.reclaimAfterS ?? null} />
          </Fact>
          <CallFacts call={stated.call ?? null} />
          {stated.destination.federation === undefined ? null : (
            <Fact name={FIELDS.federation}>{stated.destination.federation}</Fact>
          )}
          {stated.destination.memo === null ? null : (
            <Fact name={FIELDS.memo}>
              {stated.destination.memo.type} <span className="font-mono">{stated.destination.memo.value}</span>
            </Fact>
          )}
          {stated.destination.extraId === null ? null : (
            <Fact name={FIELDS.extraId}>
              <span className="font-mono">{stated.destination.extraId}</span>
            </Fact>
          )}
          {stated.destination.currency === null ? null : (
            <Fact name={FIELDS.currency}>{stated.destination.currency}</Fact>
          )}
          <Fact name={FIELDS.asset}>
            {stated.asset.code} <span className="font-mono text-xs text-soft">{stated.asset.id}</span>
          </Fact>
          {stated.asset.network === null ? null : <Fact name={FIELDS.network}>{stated.asset.network}</Fact>}
          {stated.asset.issuer === null ? null : (
            <Fact name={FIELDS.issuer}>
              <FullAddress address={stated.asset.issuer} />
            </Fact>
          )}
          <Fact name={FIELDS.policy}>
            {FIELDS.policyVersion(stated.policy.version)} · {FIELDS.ruleOf(stated.policy.rule)}
            {stated.policy.steps.length > 1 ? (
              <span className="block text-soft">
                {FIELDS.stepOf(stated.policy.step + 1, stated.policy.steps.length)}
              </span>
            ) : null}
          </Fact>
          {stated.dueAtMs === null ? null : (
            <Fact name={FIELDS.due}>
              <Moment atMs={stated.dueAtMs} />
            </Fact>
          )}
          <Fact name={FIELDS.revision}>{stated.revision}</Fact>
          <Fact name={FIELDS.expires}>
            <Moment atMs={stated.expiresAtMs} />
          </Fact>
        </Facts>
      </div>
      <div className="border-t border-line px-4 py-3">
        <h4 className="mb-1.5 text-xs font-semibold text-soft">{words.approvals.facts.title}</h4>
        <FactList stated={stated} />
      </div>
      <details className="border-t border-line px-4 py-2 text-xs">
        <summary className="cursor-default py-1 text-soft">{words.approvals.rawText}</summary>
        <pre className="mt-1 mb-2 font-mono text-2xs leading-4 break-all whitespace-pre-wrap text-soft">{text}</pre>
      </details>
    </div>
  );
}

export function CheckList({ checks }: { readonly checks: Record<Check, boolean> }) {
  return (
    <ul className="flex flex-col gap-1">
      {CHECKS.map((name) => (
        <li key={name} className="flex items-start gap-2">
          <Icon
            name={checks[name] ? 'check' : 'cross'}
            className={`mt-0.5 ${checks[name] ? 'text-green' : 'text-red'}`}
          />
          <span>
            {words.approvals.check[name]}
            {checks[name] ? null : (
              <strong className="block font-medium text-red">{words.approvals.checkFailed}</strong>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
