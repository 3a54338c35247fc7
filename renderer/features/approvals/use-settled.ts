import { useEffect, useState } from 'react';

/** What opens where something else was; a key or a click meant for that one must not reach this one. */
const LOOK_AT_LEAST_MS = 600;

/** True once this has held for a moment. */
export function useSettled(holds: boolean): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    if (!holds) return;
    const timer = setTimeout(() => setSettled(true), LOOK_AT_LEAST_MS);
    return () => {
      clearTimeout(timer);
      setSettled(false);
    };
  }, [holds]);
  return holds && settled;
}
