import type { WaitingDestination } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { ShortAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useRestAfter } from './confirm-button.tsx';
import { saidConfirmed } from './confirmed-text.ts';
import { LookAlike } from './look-alike.tsx';
import { isOdd } from './payee-flags.tsx';
import { useConfirmDestinations } from './use-payees.ts';

const say = words.payees.confirm;
/** The odd ones are shown in full up to here; the list shows them all. */
const ODD_SHOWN = 20;

interface Props {
  readonly chosen: readonly WaitingDestination[];
  readonly leftOut: number;
  /** Narrows the selection. */
  readonly onOnly: (ids: readonly string[]) => void;
  readonly onClose: () => void;
  readonly onConfirmed: (text: string) => void;
}

/** Many at once: how many of whom, then the odd ones, then one button. */
export function ConfirmManyPanel({ chosen, leftOut, onOnly, onClose, onConfirmed }: Props) {
  const confirm = useConfirmDestinations();
  const rest = useRestAfter();
  const odd = chosen.filter(isOdd);
  const rails = Map.groupBy(chosen, ({ rail }) => rail);
  const payees = new Set(chosen.map(({ payee }) => payee.id)).size;
  return (
    <Panel
      of="many"
      label={say.bulkTitle}
      onClose={onClose}
      title={<h2 className="text-base font-semibold">{say.bulkTitle}</h2>}
      footer={
        <>
          {confirm.isError ? <ErrorNote error={confirm.error} /> : null}
          <p className="text-soft">{say.bulkLead(rest)}</p>
          <Button
            kind="primary"
            busy={confirm.isPending}
            onClick={() =>
              confirm.mutate(
                { destinationIds: chosen.map(({ id }) => id) },
                { onSuccess: (result) => onConfirmed(saidConfirmed(result)) },
              )
            }
          >
            {say.some(chosen.length.toLocaleString())}
          </Button>
        </>
      }
    >
      <p className="text-soft">{say.bulkCompare}</p>
      <Facts>
        <Fact name={words.payees.destinations}>
          <span className="tabular">{chosen.length.toLocaleString()}</span>
        </Fact>
        <Fact name={say.bulkPeople}>
          <span className="tabular">{payees.toLocaleString()}</span>
        </Fact>
        {[...rails].map(([rail, group]) => (
          <Fact key={rail} name={words.rails[rail]}>
            <span className="tabular">{group.length.toLocaleString()}</span>
          </Fact>
        ))}
      </Facts>
      {leftOut > 0 ? <p className="text-soft">{say.bulkLeftOut(leftOut.toLocaleString())}</p> : null}
      {odd.length === 0 ? (
        <p className="text-soft">{say.bulkNoOdd}</p>
      ) : (
        <Section
          title={say.bulkOdd(odd.length.toLocaleString())}
          action={
            <Button
              kind="quiet"
              className="h-7"
              onClick={() => onOnly(chosen.filter((destination) => !isOdd(destination)).map(({ id }) => id))}
            >
              {say.bulkLeaveOut}
            </Button>
          }
        >
          <ul className="flex flex-col gap-3">
            {odd.slice(0, ODD_SHOWN).map((destination) => (
              <li key={destination.id} className="flex flex-col gap-1">
                <p className="font-medium">{destination.payee.name}</p>
                {destination.lookAlikeOf === null ? (
                  <p className="text-red">
                    {words.payees.flags.hit} <ShortAddress address={destination.address} />
                  </p>
                ) : (
                  <LookAlike address={destination.address} of={destination.lookAlikeOf} />
                )}
              </li>
            ))}
          </ul>
          {odd.length > ODD_SHOWN ? (
            <p className="text-soft">{say.moreOdd((odd.length - ODD_SHOWN).toLocaleString())}</p>
          ) : null}
        </Section>
      )}
    </Panel>
  );
}
