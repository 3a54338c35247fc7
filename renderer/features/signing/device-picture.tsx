import type { ChainDocument } from '../../../core/contract/index.ts';
import { tell } from '../../app/refusals.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { useDevice } from './use-signing.ts';

const say = words.signing.device;

/** The Ledger as it is now, and what its screen will say next. */
export function DevicePicture({ document, signing }: { readonly document: ChainDocument; readonly signing: boolean }) {
  const device = useDevice(document.state === 'built');
  const trouble = device.error ? tell(device.error) : null;
  const [title, text] = signing
    ? [say.review, say.reviewing(document.operations.length)]
    : trouble
      ? [say.notReady, trouble.what]
      : [say.ready, device.data ? say.app(device.data.version) : ''];
  return (
    <Section title={say.title}>
      <div className="flex flex-col items-center gap-3 rounded-lg border border-line bg-canvas px-4 py-4">
        <div
          role="status"
          className="flex h-24 w-full max-w-56 flex-col items-center justify-center gap-1 rounded-md border-4 border-line-strong bg-raised px-3 text-center"
        >
          <span className="text-sm font-semibold">{title}</span>
          <span className="text-xs text-soft">{text}</span>
        </div>
        {trouble && !signing ? (
          <p className="text-xs text-soft">
            {trouble.safe} {trouble.next}
          </p>
        ) : null}
        {signing ? <ReviewOrder document={document} /> : null}
        {device.data && !device.data.blindSigning ? <p className="text-xs text-faint">{say.blindOff}</p> : null}
      </div>
    </Section>
  );
}

function ReviewOrder({ document }: { readonly document: ChainDocument }) {
  return (
    <ol className="flex w-full flex-col gap-0.5 text-xs text-soft">
      <li>{say.pageFee}</li>
      <li>{document.memo === null ? say.pageNoMemo : say.pageMemo(document.memo.value)}</li>
      <li>{say.pageOperations(document.operations.length)}</li>
      <li>{say.pageApprove}</li>
    </ol>
  );
}
