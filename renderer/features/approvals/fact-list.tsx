import type { ApprovalStatement } from '../../../core/contract/approval-statement.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { relativeTime } from '../../ui/time-text.ts';

const say = words.approvals.facts;

interface SignedFact {
  readonly name: string;
  /** False: somebody should look twice. */
  readonly usual: boolean;
  readonly text: string;
}

/** The facts of a statement in words, with those that are out of the ordinary marked. */
export function factsOf({ facts, asset, amountMinor, statedAtMs }: ApprovalStatement): readonly SignedFact[] {
  const money = (minor: string) => `${amountText(minorOf(minor), asset.scale)} ${asset.code}`;
  const alone = facts.toPayeeMinor === amountMinor;
  return [
    { name: 'source', usual: true, text: say.source[facts.source] },
    { name: 'payee', usual: true, text: alone ? say.alone : say.toPayee(money(facts.toPayeeMinor)) },
    ...(facts.toAddressMinor === facts.toPayeeMinor
      ? []
      : [{ name: 'address', usual: false, text: say.toAddress(money(facts.toAddressMinor)) }]),
    facts.destinationConfirmedAtMs === null
      ? { name: 'confirmed', usual: false, text: say.notConfirmed }
      : {
          name: 'confirmed',
          usual: true,
          text: say.confirmed(relativeTime(facts.destinationConfirmedAtMs, statedAtMs)),
        },
    { name: 'lookAlike', usual: !facts.lookAlike, text: facts.lookAlike ? say.lookAlike : say.noLookAlike },
    { name: 'first', usual: !facts.firstPayment, text: facts.firstPayment ? say.firstPayment : say.notFirst },
    {
      name: 'screening',
      usual: facts.screening === 'clear' || facts.screening === 'none',
      text: say.screening[facts.screening],
    },
    ...(facts.payeeTags.length === 0
      ? []
      : [{ name: 'tags', usual: true, text: say.tags(facts.payeeTags.join(', ')) }]),
  ];
}

export function FactList({ stated }: { readonly stated: ApprovalStatement }) {
  return (
    <ul className="flex flex-col gap-1">
      {factsOf(stated).map(({ name, usual, text }) => (
        <li key={name} className="flex items-start gap-2">
          <Icon name={usual ? 'check' : 'warning'} className={`mt-0.5 ${usual ? 'text-green' : 'text-amber'}`} />
          <span className={usual ? 'text-soft' : 'font-medium'}>
            <span className="sr-only">{usual ? say.holds : say.odd}: </span>
            {text}
          </span>
        </li>
      ))}
    </ul>
  );
}
