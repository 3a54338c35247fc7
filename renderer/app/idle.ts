/** Drops the person's key when nobody has touched the desk for a while. */
import { useEffect } from 'react';
import { leaveDesk, useIdentity } from './identity.ts';
import { usePreferences } from './preferences.ts';

const SIGNS_OF_LIFE = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
const LOOK_EVERY_MS = 5_000;

export function useIdleLock(): void {
  const signedIn = useIdentity((state) => state.identity !== null);
  const idleMinutes = usePreferences((state) => state.idleMinutes);
  useEffect(() => {
    if (!signedIn) return;
    let lastMs = Date.now();
    const touched = () => {
      lastMs = Date.now();
    };
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, touched, { passive: true });
    // A clock is looked at instead of one long timer: a machine that slept wakes up locked.
    const timer = setInterval(() => {
      if (Date.now() - lastMs < idleMinutes * 60_000) return;
      void leaveDesk('idle');
    }, LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, touched);
    };
  }, [signedIn, idleMinutes]);
}
