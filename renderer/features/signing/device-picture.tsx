import type { ChainDocument } from '../../../core/contract/index.ts';
import { tell } from '../../app/refusals.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { devicePages, hiddenOnDevice } from './device-pages.ts';
import { LedgerKeys } from './ledger-keys.tsx';
import { SimulatedLedger } from './simulated-ledger.tsx';
import { useDevice, useVerifyAddress } from './use-signing.ts';
import { useSimulatedLedger } from './use-simulated-ledger.ts';

const say = words.signing.device;

interface Props {
  readonly document: ChainDocument;
  readonly signing: boolean;
  /** Whatever it is asked, in any window. */
  readonly asked: boolean;
  /** Of the key that is to sign; null for whichever may. */
  readonly path: string | null;
  readonly onPath: (path: string | null) => void;
}

/** The Ledger as it is now, and what its screen will say next. */
export function DevicePicture({ document, signing, asked, path, onPath }: Props) {
  const verify = useVerifyAddress();
  const isAsked = signing || asked || verify.isPending;
  // While it signs it is busy with that: asking how it is would only be refused.
  const device = useDevice(document.state === 'built' && !isAsked);
  const simulated = useSimulatedLedger(isAsked);
  const version = device.data?.version ?? simulated?.app ?? null;
  const trouble = device.error && !signing ? tell(device.error) : null;
  return (
    <Section title={simulated ? words.signing.simulated.title : say.title}>
      <div className="flex flex-col items-center gap-3 rounded-lg border border-line bg-canvas px-4 py-4">
        {simulated ? (
          <div className="sticky -top-5 z-10 -mx-4 -mt-4 w-[calc(100%+2rem)] rounded-t-lg border-b border-line bg-canvas px-4 pt-3 pb-2">
            <SimulatedLedger ledger={simulated} />
          </div>
        ) : (
          <Screen document={document} signing={signing} version={version} trouble={trouble?.what} />
        )}
        {trouble && !simulated ? (
          <p className="text-xs text-soft">
            {trouble.safe} {trouble.next}
          </p>
        ) : null}
        <ReviewOrder document={document} version={version} />
        <LedgerKeys path={path} onPath={onPath} verify={verify} signing={signing || asked} />
        {device.data ? (
          <p className="w-full text-xs text-faint">{device.data.blindSigning ? say.blindOn : say.blindOff}</p>
        ) : null}
      </div>
    </Section>
  );
}

interface ScreenProps {
  readonly document: ChainDocument;
  readonly signing: boolean;
  readonly version: string | null;
  readonly trouble: string | undefined;
}

/** A picture of a real device, of which only its state is known. */
function Screen({ document, signing, version, trouble }: ScreenProps) {
  const [title, text] = signing
    ? [say.review, say.reviewing(document.operations.length)]
    : trouble === undefined
      ? version === null
        ? [say.looking, '']
        : [say.ready, say.app(version)]
      : [say.notReady, trouble];
  return (
    <div
      role="status"
      className="flex h-24 w-full max-w-60 flex-col items-center justify-center gap-1 rounded-md border-4 border-line-strong bg-raised px-3 text-center"
    >
      <span className="text-sm font-semibold">{title}</span>
      <span className="text-xs text-soft">{text}</span>
    </div>
  );
}

/** What its screen says, in order, before anybody starts; and what only this one says. */
function ReviewOrder({ document, version }: { readonly document: ChainDocument; readonly version: string | null }) {
  return (
    <div className="flex w-full flex-col gap-1.5 text-xs text-soft">
      <ol aria-label={say.order} className="flex list-inside list-decimal flex-col gap-0.5">
        {devicePages(document, version).map((page) => (
          <li key={page}>{page}</li>
        ))}
      </ol>
      {hiddenOnDevice(document, version).map((hidden) => (
        <p key={hidden} className="text-faint">
          {hidden}
        </p>
      ))}
    </div>
  );
}
