import type { TrialBalanceLine } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Section } from '../../ui/facts.tsx';

const WORDS = words.ledger.trial;
const CELL = 'py-1.5 pl-4 text-right';

/** Who holds what, below and above zero, with one line for all accounts of a kind. */
export function TrialLines({ lines }: { readonly lines: readonly TrialBalanceLine[] }) {
  return (
    <Section title={WORDS.lines}>
      <table className="w-full max-w-4xl">
        <thead>
          <tr className="border-b border-line text-xs text-faint">
            <th scope="col" className="py-1.5 text-left font-normal">
              {WORDS.holder}
            </th>
            <th scope="col" className={`${CELL} font-normal`}>
              {WORDS.accounts}
            </th>
            <th scope="col" className={`${CELL} font-normal`}>
              {WORDS.debit}
            </th>
            <th scope="col" className={`${CELL} font-normal`}>
              {WORDS.credit}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.holder} ${line.pool} ${line.assetId}`} className="border-b border-line last:border-0">
              <th scope="row" className="py-1.5 text-left font-mono text-xs font-normal">
                {line.holder}
                {line.pool ? <span className="text-soft"> · {line.pool}</span> : null}
              </th>
              <td className={`tabular ${CELL}`}>{line.accounts.toLocaleString()}</td>
              <td className={CELL}>
                <Amount minor={line.debitMinor} scale={line.scale} code={line.assetCode} quietZero />
              </td>
              <td className={CELL}>
                <Amount minor={line.creditMinor} scale={line.scale} code={line.assetCode} quietZero />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
