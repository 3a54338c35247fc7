import type { Destination } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { shortAddress } from '../../ui/address-text.ts';
import { SelectField } from '../../ui/field.tsx';

interface Props {
  readonly destinations: readonly Destination[];
  readonly chosen: Destination | undefined;
  readonly onChoose: (id: string) => void;
}

/** Where it is paid to: one of the payee's destinations, shown in full. */
export function DestinationField({ destinations, chosen, onChoose }: Props) {
  if (!chosen) return null;
  return (
    <>
      {destinations.length > 1 ? (
        <SelectField
          label={words.request.destination}
          value={chosen.id}
          onText={onChoose}
          choices={destinations.map(({ id, rail, address }) => ({
            value: id,
            label: `${words.rails[rail]} · ${shortAddress(address)}`,
          }))}
        />
      ) : null}
      <div className="rounded-md bg-hover px-3 py-2">
        <p className="text-xs text-faint">
          {words.rails[chosen.rail]}
          {chosen.status === 'confirmed' ? null : (
            <span className="text-amber"> · {words.payees.destinationStatus[chosen.status]}</span>
          )}
        </p>
        <FullAddress address={chosen.address} />
        {chosen.memo ? (
          <p className="text-xs text-soft">
            {words.payouts.memo}: <span className="font-mono">{chosen.memo.value}</span>
          </p>
        ) : null}
        {chosen.extraId ? (
          <p className="text-xs text-soft">
            {words.payouts.extraId}: <span className="font-mono">{chosen.extraId}</span>
          </p>
        ) : null}
      </div>
    </>
  );
}
