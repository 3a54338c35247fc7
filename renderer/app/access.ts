import type { Me, Role } from '../../core/contract/index.ts';
import { useIdentity } from './identity.ts';
import { PLACES, type Place } from './routes.ts';

/** The roles a place is for; the engine decides again on every call. */
const FOR_ROLES: Partial<Record<Place, readonly Role[]>> = { audit: ['auditor', 'controller', 'admin'] };

export function useMe(): Me {
  const me = useIdentity((state) => state.identity?.me);
  if (!me) throw new Error('Only drawn while somebody is signed in');
  return me;
}

export function hasAnyRole(me: Me, roles: readonly Role[]): boolean {
  return roles.some((role) => me.roles.includes(role));
}

export function usePlaces(): readonly Place[] {
  const me = useMe();
  return PLACES.filter((place) => hasAnyRole(me, FOR_ROLES[place] ?? me.roles));
}
