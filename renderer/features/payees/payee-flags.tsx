import type { Destination, Payee } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { useNowMs } from '../../ui/time.tsx';
import { restLeftMs } from './destination-facts.tsx';

const say = words.payees.flags;

interface Flag {
  readonly text: string;
  readonly hue: string;
}

const isHit = (screening: Payee['screening']) => screening !== null && screening.status === 'hit';
const isUnknown = (screening: Payee['screening']) => screening !== null && screening.status === 'error';

/** Not to be confirmed in passing: it looks like another address, or the deny-list does not clear it. */
export function isOdd({ lookAlikeOf, screening }: Destination): boolean {
  return lookAlikeOf !== null || (screening !== null && screening.status !== 'clear');
}

/** What somebody should look at before anything is paid there, the gravest first. */
export function destinationFlags(destination: Destination, nowMs: number): readonly Flag[] {
  return [
    ...(isHit(destination.screening) ? [{ text: say.hit, hue: 'text-red' }] : []),
    ...(isUnknown(destination.screening) ? [{ text: say.unscreened, hue: 'text-red' }] : []),
    ...(destination.lookAlikeOf === null ? [] : [{ text: say.lookAlike, hue: 'text-amber' }]),
    ...(destination.status === 'proposed' ? [{ text: say.unconfirmed, hue: 'text-amber' }] : []),
    ...(restLeftMs(destination, nowMs) === null ? [] : [{ text: say.resting, hue: 'text-soft' }]),
  ];
}

function Words({ flags }: { readonly flags: readonly Flag[] }) {
  const [first, ...others] = flags;
  if (!first) return null;
  return (
    <span className={first.hue} title={flags.map(({ text }) => text).join(', ')}>
      {first.text}
      {others.length > 0 ? ` +${others.length}` : ''}
    </span>
  );
}

export function DestinationFlags({ destination }: { readonly destination: Destination }) {
  const now = useNowMs();
  return <Words flags={destinationFlags(destination, now).filter(({ text }) => text !== say.unconfirmed)} />;
}

export function PayeeFlags({ payee }: { readonly payee: Payee }) {
  const now = useNowMs();
  const ofDestinations = payee.destinations
    .filter(({ status }) => status !== 'retired')
    .flatMap((destination) => destinationFlags(destination, now));
  const own = isHit(payee.screening) ? [{ text: say.hit, hue: 'text-red' }] : [];
  const all = [...own, ...ofDestinations];
  return <Words flags={all.filter(({ text }, at) => all.findIndex((other) => other.text === text) === at)} />;
}
