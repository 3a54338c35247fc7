import { useState } from 'react';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, GoodNote, LoadingLines, Working } from '../../ui/states.tsx';
import { useLedgerKeys, type VerifyAddress } from './use-signing.ts';

const say = words.signing.keys;
const AT_ONCE = 5;

interface Props {
  /** Null: whichever of its first keys may sign. */
  readonly path: string | null;
  readonly onPath: (path: string | null) => void;
  readonly verify: VerifyAddress;
  readonly signing: boolean;
}

/** Which keys the Ledger holds, which of them is to sign, and each on its own screen to compare. */
export function LedgerKeys({ path, onPath, verify, signing }: Props) {
  const [first, setFirst] = useState<number | null>(null);
  // A Ledger that is asked something else answers nobody.
  const keys = useLedgerKeys(first ?? 0, first !== null && !signing && !verify.isPending);
  if (first === null) {
    return (
      <Button kind="quiet" disabled={signing} onClick={() => setFirst(0)}>
        {path === null ? say.show : say.chosen(path)}
      </Button>
    );
  }
  return (
    <div className="flex w-full flex-col gap-2 text-xs">
      {keys.isPending ? <LoadingLines lines={4} /> : null}
      {keys.error ? <ErrorNote error={keys.error} onRetry={() => void keys.refetch()} /> : null}
      <ul aria-label={say.title} className="flex flex-col gap-2">
        {keys.data?.map((key) => (
          <li
            key={key.path}
            className="flex scroll-mt-64 flex-col gap-1 rounded-md border border-line bg-raised px-2.5 py-2"
          >
            <div className="flex items-center gap-2">
              <label className="flex items-center gap-2">
                <input
                  type="radio"
                  name="ledger-key"
                  checked={path === key.path}
                  disabled={signing || key.weight === 0}
                  onChange={() => onPath(key.path)}
                />
                <span className="font-mono">{key.path}</span>
              </label>
              <span className="ml-auto text-faint">{weightOf(key.weight)}</span>
            </div>
            <FullAddress address={key.address} />
            {verify.variables?.path === key.path ? <Compared verify={verify} /> : null}
            <div>
              <Button
                kind="quiet"
                className="-ml-3"
                disabled={signing || verify.isPending}
                onClick={(event) => {
                  // Both are looked at: the device stays above, and the key comes up beneath it.
                  event.currentTarget.closest('li')?.scrollIntoView({ block: 'nearest' });
                  verify.mutate(key);
                }}
              >
                {say.compare}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button kind="quiet" onClick={() => setFirst(first + AT_ONCE)}>
          {say.more}
        </Button>
        {path === null ? null : (
          <Button kind="quiet" onClick={() => onPath(null)}>
            {say.any}
          </Button>
        )}
        <Button kind="quiet" onClick={() => setFirst(null)}>
          {say.hide}
        </Button>
      </div>
    </div>
  );
}

/** Unknown while the network does not say who signs for the source. */
function weightOf(weight: number | null): string {
  if (weight === null) return say.unknown;
  return weight === 0 ? say.noSigner : words.signing.weighs(weight);
}

function Compared({ verify }: { readonly verify: VerifyAddress }) {
  if (verify.isPending) return <Working>{say.comparing}</Working>;
  if (verify.error) return <ErrorNote error={verify.error} />;
  return verify.isSuccess ? <GoodNote>{say.same}</GoodNote> : null;
}
