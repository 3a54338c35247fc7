import type { Destination } from '../../../core/contract/index.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Icon } from '../../ui/icon.tsx';

const say = words.payees.destination;

/** Both addresses, group beneath group, so that they can be compared. */
export function LookAlike({
  address,
  of,
}: {
  readonly address: string;
  readonly of: NonNullable<Destination['lookAlikeOf']>;
}) {
  return (
    <div className="flex flex-col gap-2 rounded-md bg-amber-wash px-3 py-2.5">
      <p className="flex gap-2 font-medium text-amber">
        <Icon name="warning" className="mt-0.5" />
        <a href={hrefOf('payees', of.payeeId)} className="underline">
          {say.lookAlike(of.name)}
        </a>
      </p>
      <p>{say.lookAlikeNote}</p>
      <dl className="flex flex-col gap-1">
        <dt className="text-xs text-soft">{say.thisOne}</dt>
        <dd>
          <FullAddress address={address} />
        </dd>
        <dt className="text-xs text-soft">{say.theirs(of.name)}</dt>
        <dd>
          <FullAddress address={of.address} />
        </dd>
      </dl>
    </div>
  );
}
