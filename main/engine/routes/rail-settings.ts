/** How each rail is set up, and changing it. */
import { changeRailSettings } from '../../../core/rails/settings/change.ts';
import { railSettingsView } from '../../../core/rails/settings/views.ts';
import { command, openOf, procedures } from '../calls.ts';
import { isProviderRail } from '../providers.ts';

export const railSettings = {
  list: procedures.railSettings.list.handler(async ({ context: { call }, input }) => {
    const { settings, ...view } = await railSettingsView(openOf(call).treasury.writer, input.rail, process.env);
    return { ...view, settings: [...settings] };
  }),

  change: procedures.railSettings.change.handler(async ({ context: { call }, input }) => {
    // A provider is asked before the transaction whether it takes the keys.
    if (isProviderRail(input.rail)) await openOf(call).providers.tryOut(input.rail, input.changes);
    const terms = await command(call, (work) => changeRailSettings(work, input));
    return { done: terms === null, terms };
  }),
};
