import { expect, it } from 'vitest';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { provenUnknown, UNKNOWN_PROVES_AFTER_MS } from '../../../core/payouts/proven-unknown.ts';
import type { Actor } from '../../../core/store/command.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };

forEachStore((_name, open) => {
  const lost = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    await t.fund(1_000_000n);
    const { id } = await t.request(t.ada, await t.addPayee('Carla'));
    await t.approve(ben, id);
    const provider = scriptedProvider({ loseRequests: 1 });
    await drivePayouts({ treasury: t.treasury, actor: robot, provider });
    const ask = (asked = provider) => provenUnknown(writer, asked, id, t.clock.nowMs());
    return { t, provider, ask };
  };

  it('that a provider knows nothing of an attempt proves nothing while its request may be on the way', async () => {
    const { t, ask } = await lost();
    expect([...(await ask())]).toEqual([]);
    t.clock.advance(UNKNOWN_PROVES_AFTER_MS - 1);
    expect([...(await ask())]).toEqual([]);
    t.clock.advance(1);
    expect([...(await ask())]).toHaveLength(1);
  });

  it('each provider says how long that is, and one that does not answer proves nothing', async () => {
    const { t, provider, ask } = await lost();
    expect([...(await ask({ ...provider, unknownProvesAfterMs: 0 }))]).toHaveLength(1);
    t.clock.advance(UNKNOWN_PROVES_AFTER_MS);
    provider.faults.goAway();
    expect([...(await ask())]).toEqual([]);
  });
});
