import { create } from 'zustand';

type Overlay = 'palette' | 'help' | null;

/** What lies over the desk right now. */
export const useOverlay = create<{ overlay: Overlay }>(() => ({ overlay: null }));

export function showOverlay(overlay: Overlay): void {
  useOverlay.setState({ overlay });
}
