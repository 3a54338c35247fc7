import { pageRequest } from '../../../core/store/paging.ts';
import { acknowledgeAlert, clearedAlerts, getAlert, openAlerts, snoozeAlert } from '../../../core/watching/alerts.ts';
import { setThresholds, thresholdsView } from '../../../core/watching/thresholds.ts';
import { command, openOf, procedures } from '../calls.ts';

export const alerts = {
  open: procedures.alerts.open.handler(({ context: { call } }) => {
    const { writer, clock } = openOf(call).treasury;
    return openAlerts(writer, clock.nowMs());
  }),

  history: procedures.alerts.history.handler(({ context: { call }, input }) => {
    const { writer, clock } = openOf(call).treasury;
    return clearedAlerts(writer, clock.nowMs(), pageRequest(input));
  }),

  get: procedures.alerts.get.handler(({ context: { call }, input }) => {
    const { writer, clock } = openOf(call).treasury;
    return getAlert(writer, clock.nowMs(), input.id);
  }),

  acknowledge: procedures.alerts.acknowledge.handler(({ context: { call }, input }) =>
    command(call, (work) => acknowledgeAlert(work, input)),
  ),

  snooze: procedures.alerts.snooze.handler(({ context: { call }, input }) =>
    command(call, (work) => snoozeAlert(work, input)),
  ),

  thresholds: procedures.alerts.thresholds.handler(({ context: { call } }) =>
    thresholdsView(openOf(call).treasury.writer),
  ),

  setThresholds: procedures.alerts.setThresholds.handler(({ context: { call }, input }) =>
    command(call, (work) =>
      setThresholds(work, {
        ...input,
        floors: input.floors.map(({ assetId, floorMinor }) => ({
          assetId,
          floorMinor: floorMinor === null ? null : BigInt(floorMinor),
        })),
      }),
    ),
  ),
};
