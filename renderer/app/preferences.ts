/** How this desk likes to look and lock; kept on this machine, nothing of the vault in it. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
export const IDLE_MINUTES = [5, 15, 30, 60] as const;

interface Preferences {
  readonly theme: Theme;
  readonly idleMinutes: number;
}

export const usePreferences = create<Preferences>()(
  persist((): Preferences => ({ theme: 'system', idleMinutes: 15 }), { name: 'countersign-preferences', version: 1 }),
);

export function setTheme(theme: Theme): void {
  usePreferences.setState({ theme });
}

export function setIdleMinutes(idleMinutes: number): void {
  usePreferences.setState({ idleMinutes });
}

/** Keeps the document's theme in step with the choice and, where it follows it, with the system. */
export function followTheme(): void {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const { theme } = usePreferences.getState();
    document.documentElement.dataset.theme = theme === 'system' ? (system.matches ? 'dark' : 'light') : theme;
  };
  apply();
  system.addEventListener('change', apply);
  usePreferences.subscribe(apply);
}
