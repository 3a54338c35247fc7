import type { ReactNode } from 'react';
import type { Freeze } from '../../../core/contract/index.ts';
import { hrefOf } from '../../app/routes.ts';

/** From a payee, a rail or an asset to the form that freezes it. */
export function FreezeLink({
  scope,
  target,
  children,
}: Pick<Freeze, 'scope' | 'target'> & { readonly children: ReactNode }) {
  return (
    <a href={hrefOf('overview', 'freeze', { scope, target })} className="text-soft hover:text-ink hover:underline">
      {children}
    </a>
  );
}
