/** How each rail is set up, and changing it. */

import type { RailSettingWish } from '../../../core/contract/rail-settings.ts';
import { changeRailSettings } from '../../../core/rails/settings/change.ts';
import { railSettingsView } from '../../../core/rails/settings/views.ts';
import { perform } from '../../../core/store/command.ts';
import { type CallOf, command, driverOf, openOf, procedures } from '../calls.ts';
import type { Trial } from '../provider-trial.ts';
import { isProviderRail } from '../providers.ts';

export const railSettings = {
  list: procedures.railSettings.list.handler(async ({ context: { call }, input }) => {
    const { settings, ...view } = await railSettingsView(openOf(call).treasury.writer, input.rail, process.env);
    const byItself = input.rail === 'stellar' ? await openOf(call).stellar.ownSettings() : [];
    return { ...view, settings: [...settings], byItself: [...byItself] };
  }),

  change: procedures.railSettings.change.handler(async ({ context: { call }, input }) => {
    // A provider is asked before the transaction whether it takes the keys.
    const trial = isProviderRail(input.rail) ? await openOf(call).providers.trialOf(input.rail, input.changes) : null;
    if (trial) {
      await recordTrial(call, trial, input.changes);
      await trial.ask();
    }
    const terms = await command(call, (work) => changeRailSettings(work, input));
    return { done: terms === null, terms };
  }),
};

/** Before anybody is asked: keys leave the house, also where nothing comes of it. */
async function recordTrial(call: CallOf, { rail, address }: Trial, changes: readonly RailSettingWish[]): Promise<void> {
  const { treasury, ...name } = driverOf(call);
  const names = changes.map((change) => ({ what: change.what, name: change.name }));
  await perform(treasury, name, async (work) => {
    work.audit({ action: 'rail.try_settings', subject: `rail:${rail}`, details: { address, changes: names } });
  });
}
