import type { ChainDocument } from '../../../core/contract/index.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress, WithAddresses } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Moment, Until } from '../../ui/time.tsx';
import { CallFactsOf, PaidByCall } from './call-document.tsx';
import { issuedIn } from './issued.ts';
import { isOver } from './use-signing.ts';

const say = words.signing;
const STROOP_PLACES = 7;

/** The transaction as its own bytes tell it, each operation beside the payout it pays. */
export function TransactionDocument({ document }: { readonly document: ChainDocument }) {
  const issued = issuedIn(document);
  return (
    <article aria-label={say.document} className="@container rounded-lg border border-line-strong/60">
      <Verdict document={document} />
      <div className="border-b border-line px-5 py-4">
        <Facts>
          <Fact name={say.source}>
            <FullAddress address={document.source} />
          </Fact>
          <Fact name={say.sequence}>
            <span className="tabular font-mono text-xs">{document.sequence}</span>
          </Fact>
          <Fact name={say.fee}>
            <Amount minor={document.feeChargedMinor ?? document.feeMinor} scale={STROOP_PLACES} code="XLM" />
            <span className="ml-2 text-xs text-faint">
              {document.feeChargedMinor === null ? say.feeAtMost : say.feeCharged}
              {document.feeSource === null || document.feeSource === document.source ? null : ` ${say.toFeeAccount}`}
            </span>
          </Fact>
          <Fact name={say.until}>
            <Moment atMs={document.maxTimeMs} />
            {isOver(document) ? null : (
              <>
                {' · '}
                <Until atMs={document.maxTimeMs} />
              </>
            )}
          </Fact>
          <Fact name={say.memo}>
            {document.memo === null ? (
              <span className="text-faint">{say.noMemo}</span>
            ) : (
              <span>
                {document.memo.type} <span className="font-mono">{document.memo.value}</span>
              </span>
            )}
          </Fact>
          <Fact name={say.network}>{document.networkPassphrase}</Fact>
          {issued.map(({ code, issuer }) => (
            <Fact key={issuer} name={say.issuedBy(code)}>
              <FullAddress address={issuer} />
            </Fact>
          ))}
          <CallFactsOf document={document} />
        </Facts>
      </div>
      <Hash hash={document.hash} hashWords={document.hashWords} />
      <Operations operations={document.operations} known={issued.map(({ issuer }) => issuer)} />
    </article>
  );
}

function Verdict({ document: { agrees, purpose, operations, call, payments } }: { readonly document: ChainDocument }) {
  const pays = call ? say.call.agrees(payments) : say.agrees(operations.length);
  const holds = purpose === 'reclaim' ? say.takesBackAll : pays;
  return (
    <p
      role={agrees ? 'status' : 'alert'}
      className={`flex items-start gap-2.5 border-b border-line px-5 py-3 ${agrees ? '' : 'bg-red-wash'}`}
    >
      <Icon name={agrees ? 'check' : 'warning'} className={`mt-0.5 ${agrees ? 'text-green' : 'text-red'}`} />
      <span>
        <span className={`block font-medium ${agrees ? '' : 'text-red'}`}>{agrees ? holds : say.differs}</span>
        <span className="text-soft">{agrees ? say.agreesHow : say.differsNext}</span>
      </span>
    </p>
  );
}

interface OperationsProps {
  readonly operations: ChainDocument['operations'];
  /** Issuers that are named above. */
  readonly known: readonly string[];
}

function Operations({ operations, known }: OperationsProps) {
  return (
    <ol className="flex flex-col" aria-label={say.operations}>
      {operations.map((operation) => (
        <li
          key={operation.position}
          className="grid grid-cols-[1.5rem_minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-0.5 border-b border-line px-5 py-2 last:border-0"
        >
          <span className="tabular text-xs text-faint">{operation.position + 1}</span>
          <span className="min-w-0 @max-[26rem]:col-span-2">
            {operation.payout === null ? (
              <NoPayout isCall={operation.pays.length > 0} />
            ) : (
              <button
                type="button"
                className="max-w-full text-left font-medium break-words hover:underline"
                onClick={() => go({ place: 'payouts', open: operation.payout?.payoutId ?? null, params: {} })}
              >
                {operation.payout.payee} <span className="font-normal text-soft">{operation.payout.reference}</span>
              </button>
            )}
          </span>
          {operation.payout === null ? (
            <span className="@max-[26rem]:hidden" />
          ) : (
            <span className="@max-[26rem]:col-span-2 @max-[26rem]:col-start-2">
              <Amount minor={operation.payout.amountMinor} scale={STROOP_PLACES} code={operation.payout.assetCode} />
            </span>
          )}
          <OperationWords operation={operation} known={known} />
          {operation.differs === null ? null : (
            <strong className="col-span-2 col-start-2 text-xs font-medium text-red">
              {say.differsIn(operation.differs)}
            </strong>
          )}
        </li>
      ))}
    </ol>
  );
}

interface OperationWordsProps {
  readonly operation: ChainDocument['operations'][number];
  readonly known: readonly string[];
}

/** Of a call, what matters is whom it pays; its bytes in words are long. */
function OperationWords({ operation, known }: OperationWordsProps) {
  const text = (
    <p className="col-span-2 col-start-2 font-mono text-xs leading-5 wrap-anywhere text-soft">
      <WithAddresses text={operation.words} known={known} />
    </p>
  );
  if (operation.pays.length === 0) return text;
  return (
    <>
      <PaidByCall pays={operation.pays} />
      <details className="col-span-2 col-start-2 text-xs">
        <summary className="cursor-default py-1 text-soft">{say.call.bytes}</summary>
        {text}
      </details>
    </>
  );
}

function NoPayout({ isCall }: { readonly isCall: boolean }) {
  return isCall ? (
    <span className="font-medium">{say.call.one}</span>
  ) : (
    <span className="font-medium text-red">{say.noPayout}</span>
  );
}

function Hash({ hash, hashWords }: { readonly hash: string; readonly hashWords: readonly string[] }) {
  return (
    <div className="flex flex-col gap-1.5 border-b border-line px-5 py-3">
      <p className="flex items-center gap-1 text-xs font-semibold text-soft">
        {say.hash}
        <CopyButton text={hash} />
      </p>
      <p className="font-mono text-xs break-all">{hash.match(/.{1,8}/g)?.join(' ')}</p>
      <p className="text-xs leading-5 text-soft">{hashWords.join(' ')}</p>
      <p className="text-xs text-faint">{say.hashHint}</p>
    </div>
  );
}
