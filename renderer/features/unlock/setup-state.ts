import { create } from 'zustand';

/** While a vault is being set up the window stays there, although somebody is signed in already. */
export const useSetup = create<{ settingUp: boolean }>(() => ({ settingUp: false }));

export function setSettingUp(settingUp: boolean): void {
  useSetup.setState({ settingUp });
}
