import { wouldTouch } from '../../../core/approvals/policy/change.ts';
import { findingsOf } from '../../../core/approvals/policy/findings.ts';
import { policyInWords, readAssetNames } from '../../../core/approvals/policy/in-words.ts';
import { tryPolicy } from '../../../core/approvals/policy/trial.ts';
import { currentPolicy, policyVersions, presetViews } from '../../../core/approvals/policy/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { callerIn, openOf, procedures } from '../calls.ts';

export const policies = {
  current: procedures.policies.current.handler(async ({ context: { call } }) => {
    const { writer } = openOf(call).treasury;
    const current = await currentPolicy(writer);
    return { ...current, findings: [...(await findingsOf(writer, current.terms))] };
  }),

  versions: procedures.policies.versions.handler(({ context: { call }, input }) =>
    policyVersions(openOf(call).treasury.writer, pageRequest(input)),
  ),

  presets: procedures.policies.presets.handler(({ context: { call } }) => presetViews(openOf(call).treasury.writer)),

  check: procedures.policies.check.handler(async ({ context: { call }, input: { terms } }) => {
    const { writer } = openOf(call).treasury;
    return {
      inWords: policyInWords(terms, await readAssetNames(writer)),
      findings: [...(await findingsOf(writer, terms))],
      touches: await wouldTouch(writer, terms),
    };
  }),

  trial: procedures.policies.trial.handler(({ context: { call }, input: { payout, terms } }) => {
    const { writer, clock } = openOf(call).treasury;
    const by = { id: callerIn(call).staff.id, terms, nowMs: clock.nowMs() };
    return tryPolicy(writer, payout, by);
  }),
};
