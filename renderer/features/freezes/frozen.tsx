import { useQuery } from '@tanstack/react-query';
import type { Freeze } from '../../../core/contract/index.ts';
import { RAILS } from '../../../core/contract/payees.ts';
import { orpc } from '../../app/client.ts';
import { words } from '../../app/words/words.ts';

const SCOPES = words.freezes.scopes;

function PayeeFrozen({ id }: { readonly id: string }) {
  const { data } = useQuery(orpc.payees.get.queryOptions({ input: { id } }));
  return SCOPES.payee(data?.name ?? id);
}

function AssetFrozen({ id }: { readonly id: string }) {
  const { data } = useQuery(orpc.ledger.assets.queryOptions());
  const asset = data?.find((known) => known.id === id);
  return SCOPES.asset(asset && asset.network === null ? asset.code : id);
}

/** What a freeze covers, by the names people know. */
export function Frozen({ freeze: { scope, target } }: { readonly freeze: Pick<Freeze, 'scope' | 'target'> }) {
  switch (scope) {
    case 'vault':
      return SCOPES.vault;
    case 'rail': {
      const rail = RAILS.find((name) => name === target);
      return SCOPES.rail(rail ? words.rails[rail] : target);
    }
    case 'asset':
      return <AssetFrozen id={target} />;
    case 'payee':
      return <PayeeFrozen id={target} />;
  }
}
