/** Changing how a rail is set up: at once in a sandbox, and where money is real by what admins sign. */
import { afterRailChanges } from '../../access/trust/rail-settings.ts';
import { soundTrust } from '../../access/trust/trust.ts';
import type { GovernanceTerms } from '../../contract/governance.ts';
import type { RailName } from '../../contract/payees.ts';
import type { RailSettingChange, RailSettingWish } from '../../contract/rail-settings.ts';
import type { Work } from '../../store/command.ts';
import { wrongSetting } from './errors.ts';
import { asTexts, keptSettings, writeInSandbox } from './kept.ts';
import { definitionOf, settingOf } from './known.ts';
import { acceptSecret, endSecret, endSecretsOf, keepSecret } from './secrets.ts';

export type RailTerms = Extract<GovernanceTerms, { kind: 'rail_settings' }>;

export interface RailWish {
  readonly rail: RailName;
  readonly changes: readonly RailSettingWish[];
  readonly reason: string;
}

/** Null when it is done, or the terms that admins sign. */
export async function changeRailSettings(work: Work, wish: RailWish): Promise<RailTerms | null> {
  const { rail, reason } = wish;
  const trust = await soundTrust(work.tx);
  const changes: RailSettingChange[] = [];
  for (const one of wish.changes) changes.push(await asSigned(work, rail, one));
  work.audit({
    action: 'rail.change_settings',
    subject: `rail:${rail}`,
    details: { changes: changes as never, reason },
  });
  if (trust.network === 'sandbox') {
    await writeInSandbox(work, rail, changes);
    await settle(work, rail, changes);
    return null;
  }
  const terms: RailTerms = { kind: 'rail_settings', rail, changes, reason };
  // What could not be done is refused before anybody is asked to sign.
  afterRailChanges(trust.railSettings, terms, { act: trust.head.act + 1, atMs: work.nowMs, by: [] });
  return terms;
}

/** The act is done: its secrets are used from now on, and those that were withdrawn are gone. */
export async function carryOutRailSettings(work: Work, { rail, changes }: RailTerms): Promise<void> {
  await settle(work, rail, changes);
}

/** With the secret in the place of which an act has a commitment. */
async function asSigned(work: Work, rail: RailName, wish: RailSettingWish): Promise<RailSettingChange> {
  const definition = settingOf(rail, wish.name);
  switch (wish.what) {
    case 'set': {
      if (definition.shown) throw wrongSetting(rail, wish.name, 'It is a secret, and is added as one.');
      const wrong = definition.wrong(wish.text);
      if (wrong !== null) throw wrongSetting(rail, wish.name, wrong);
      return wish;
    }
    case 'add_secret': {
      if (!definition.shown) throw wrongSetting(rail, wish.name, 'It is no secret.');
      const wrong = definition.wrong(wish.secret);
      if (wrong !== null) throw wrongSetting(rail, wish.name, wrong);
      const what = { rail, name: wish.name, shown: definition.shown(wish.secret) };
      return {
        what: 'add_secret',
        name: wish.name,
        shown: what.shown,
        commitment: await keepSecret(work, what, wish.secret),
      };
    }
    case 'clear':
    case 'withdraw_secret':
      return wish;
  }
}

async function settle(work: Work, rail: RailName, changes: readonly RailSettingChange[]): Promise<void> {
  for (const change of changes) if (change.what === 'add_secret') await acceptSecret(work, change.commitment);
  await endOthers(work, rail, changes);
  // All of them together, as they stand now: what could not be used is not put in force.
  definitionOf(rail).refuse(asTexts(await keptSettings(work.tx, work.secrets, rail)));
  work.emit({ name: 'rail.settings_changed', subject: `rail:${rail}`, payload: { by: work.actor.id } });
}

/** What was withdrawn, by itself or with its whole setting. */
async function endOthers(work: Work, rail: RailName, changes: readonly RailSettingChange[]): Promise<void> {
  for (const change of changes) {
    if (change.what === 'withdraw_secret') await endSecret(work, change.commitment);
  }
  const cleared = changes.flatMap((change) => (change.what === 'clear' ? [change.name] : []));
  const added = changes.flatMap((change) => (change.what === 'add_secret' ? [change.commitment] : []));
  for (const name of cleared) await endSecretsOf(work, { rail, name }, added);
}
