import type { Me, Role } from '../../core/contract/index.ts';
import { useIdentity } from './identity.ts';

export function useMe(): Me {
  const me = useIdentity((state) => state.identity?.me);
  if (!me) throw new Error('Only drawn while somebody is signed in');
  return me;
}

export function hasAnyRole(me: Me, roles: readonly Role[]): boolean {
  return roles.some((role) => me.roles.includes(role));
}
