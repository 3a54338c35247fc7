import { addressesApart, groupsOfFour, shortAddress } from './address-text.ts';
import { CopyButton } from './copy-button.tsx';

/** In a list: the ends, the whole address on hover. */
export function ShortAddress({ address }: { readonly address: string }) {
  return (
    <span className="font-mono text-xs text-soft" title={address}>
      {shortAddress(address)}
    </span>
  );
}

/** All of it, in groups of four, ends emphasised. */
function GroupedAddress({ address }: { readonly address: string }) {
  const groups = groupsOfFour(address);
  // A last group of one letter says little: the end that people compare is at least four long.
  const tailFrom = groups.length - (address.length % 4 === 0 ? 1 : 2);
  return (
    <>
      <span className="sr-only">{address}</span>
      {groups.map((group, at) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one address never change places
          key={at}
          aria-hidden="true"
          className={`mr-1.5 inline-block ${at === 0 || at >= tailFrom ? 'font-semibold text-ink' : ''}`}
        >
          {group}
        </span>
      ))}
    </>
  );
}

/** Where it is decided about, with a copy that is checked. */
export function FullAddress({ address }: { readonly address: string }) {
  return (
    <span className="flex items-start gap-1">
      <span className="font-mono text-xs leading-5 text-soft">
        <GroupedAddress address={address} />
      </span>
      <CopyButton text={address} />
    </span>
  );
}

interface WithAddressesProps {
  readonly text: string;
  /** Those that stand in full somewhere else on the page. */
  readonly known: readonly string[];
}

/** A sentence with addresses in it: whole where they stand for the first time. */
export function WithAddresses({ text, known }: WithAddressesProps) {
  return addressesApart(text).map(({ from, isAddress, text: part }) => {
    if (!isAddress) return <span key={from}>{part}</span>;
    if (known.includes(part)) return <ShortAddress key={from} address={part} />;
    return <GroupedAddress key={from} address={part} />;
  });
}
