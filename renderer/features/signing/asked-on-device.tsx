import type { DeviceAsked } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, Working } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { useStopAsking } from './use-signing.ts';

const say = words.signing.asked;

interface Props {
  readonly id: string;
  readonly asked: DeviceAsked;
}

/** What somebody is reading on the Ledger now: here, after having been elsewhere, or in another window. */
export function AskedOnDevice({ id, asked }: Props) {
  const { about, of, by, sinceMs } = asked;
  const stop = useStopAsking();
  const isThis = about === 'transaction' && of === id;
  return (
    <div className="flex flex-col items-start gap-2 text-sm">
      {isThis ? <Working>{words.signing.onDevice}</Working> : <p>{about === 'address' ? say.address : say.other}</p>}
      <p className="text-xs text-soft">
        {say.by(by)} · <Ago atMs={sinceMs} />
        {about === 'transaction' && !isThis ? (
          <>
            {' · '}
            <a href={hrefOf('signing', of)} className="text-accent hover:underline">
              {say.show}
            </a>
          </>
        ) : null}
      </p>
      {hasAnyRole(useMe(), ['signer']) ? (
        <Button busy={stop.isPending} title={say.stopNote} onClick={() => stop.mutate({})}>
          {say.stop}
        </Button>
      ) : null}
      {stop.error ? <ErrorNote error={stop.error} /> : null}
    </div>
  );
}
