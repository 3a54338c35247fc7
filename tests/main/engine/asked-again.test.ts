/** What a request with a key finds after a crash, and sessions after acts of governance. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withAuthenticator } from '../../../main/signing/authenticator.ts';
import { type SignedInDesk, signTerms } from '../../../main/signing/personal-desk.ts';
import { addPerson, confirmPayee, foundVault, signIn } from '../../support/desk.ts';
import { type InProcessEngine, inProcessEngine } from '../../support/in-process-engine.ts';

let folder: string;
let engine: InProcessEngine;
let ada: SignedInDesk;
let ben: SignedInDesk;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  folder = mkdtempSync(join(tmpdir(), 'countersign-again-'));
  engine = await inProcessEngine({ kind: 'folder', folder });
  await foundVault(engine.client);
  ada = await signIn(engine.client, 'Ada');
  await addPerson(engine.client, ada, 'Ben', ['operator', 'approver']);
  ben = await signIn(engine.client, 'Ben');
});
afterEach(async () => {
  await engine.keeper.close();
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
});

const keyed = (key: string) => ({ context: { ...ada.context, surface: 'rest' as const, idempotencyKey: key } });

async function requestOnce(key: string) {
  const { client } = engine;
  const known = (await client.payees.list({}, ada)).items[0];
  const payee =
    known ??
    (await client.payees.create(
      { reference: 'P-1', name: 'Carla', destination: { rail: 'simulated', address: 'sim:carla' } },
      ada,
    ));
  if (!known) await confirmPayee(client, ben, payee);
  const input = {
    reference: 'INV-1',
    payeeId: payee.id,
    destinationId: payee.destinations[0]?.id ?? '',
    assetId: 'iso:USD',
    amountMinor: '5000',
    idempotencyKey: key,
  };
  return client.payouts.request(input, keyed(key));
}

/** As a crash leaves it: what was asked is committed, the answer was not kept. */
async function forgetAnswer(key: string, status: 'begun' | 'committed'): Promise<void> {
  await engine.keeper
    .require()
    .treasury.writer.transaction((tx) =>
      tx.write.updateTable('idempotent_requests').set({ status, answer: null }).where('key', '=', key).execute(),
    );
}

describe('after a crash between the commit and the answer', () => {
  it('a request whose records hold the key finds them, and makes no second one', async () => {
    const first = await requestOnce('k-1');
    await forgetAnswer('k-1', 'committed');
    await expect(requestOnce('k-1')).rejects.toMatchObject({ code: 'idempotency.in_progress' });
    vi.setSystemTime(Date.now() + 5 * 60_000);
    expect((await requestOnce('k-1')).id).toBe(first.id);
    expect((await engine.client.payouts.list({}, ada)).items).toHaveLength(1);
  });

  it('any other is not done again: the caller is told that it was done', async () => {
    const { id } = await requestOnce('k-1');
    const cancel = () => engine.client.payouts.cancel({ id, reason: 'Ordered twice' }, keyed('k-2'));
    await cancel();
    await forgetAnswer('k-2', 'committed');
    vi.setSystemTime(Date.now() + 5 * 60_000);
    await expect(cancel()).rejects.toMatchObject({ code: 'idempotency.answer_lost' });
  });

  it('before the commit nothing was done, and the next one does it', async () => {
    const { id } = await requestOnce('k-1');
    const cancel = () => engine.client.payouts.cancel({ id, reason: 'Ordered twice' }, keyed('k-3'));
    await expect(engine.client.payouts.cancel({ id, reason: '' }, keyed('k-3'))).rejects.toMatchObject({
      code: 'input.invalid',
    });
    expect(await cancel()).toMatchObject({ status: 'cancelled' });
  });

  it('whoever lost their turn while they worked is rolled back', async () => {
    const { client } = engine;
    const { id } = await requestOnce('k-1');
    const { writer } = engine.keeper.require().treasury;
    // After the key was taken, and before the work commits, another takes the turn over.
    const begin = writer.transaction.bind(writer);
    let transactions = 0;
    vi.spyOn(writer, 'transaction').mockImplementation(async (work) => {
      transactions += 1;
      if (transactions === 2) {
        await begin((tx) =>
          tx.write.updateTable('idempotent_requests').set({ turn: 'another' }).where('key', '=', 'k-4').execute(),
        );
      }
      return begin(work);
    });
    const late = client.payouts.cancel({ id, reason: 'Ordered twice' }, keyed('k-4'));
    await expect(late).rejects.toMatchObject({ code: 'idempotency.in_progress' });
    vi.restoreAllMocks();
    expect(await client.payouts.get({ id }, ada)).toMatchObject({ status: 'pending' });
  });
});

describe('governance', () => {
  it('signs out whoever leaves or gets other roles, at once and everywhere', async () => {
    const { client } = engine;
    const changes = await client.desk.changes(undefined, ben);
    const ended = (async () => {
      for await (const _change of changes);
      return 'ended';
    })();
    const { staffId } = ben.me;
    await signTerms(client, ada, { kind: 'staff_roles', staffId, roles: ['auditor'], groups: [] });
    await expect(client.session.me(undefined, ben)).rejects.toMatchObject({ code: 'session.required' });
    expect(await ended).toBe('ended');

    const again = await signIn(client, 'Ben');
    expect(again.me.roles).toEqual(['auditor']);
    await signTerms(client, ada, { kind: 'staff_leave', staffId, reason: 'Goes to sea' });
    await expect(client.session.me(undefined, again)).rejects.toMatchObject({ code: 'session.required' });
    await expect(signIn(client, 'Ben')).rejects.toMatchObject({ code: 'session.refused' });
  });

  it('takes a lost factor away, with every session of whoever had it', async () => {
    const { client } = engine;
    await withAuthenticator(client, ben, 'ben says hello');
    const { staffId } = ben.me;
    await signTerms(client, ada, { kind: 'factor_reset', staffId, reason: 'Telephone in the river' });
    await expect(client.session.me(undefined, ben)).rejects.toMatchObject({ code: 'session.required' });
    const again = await signIn(client, 'Ben');
    expect(again.me.secondFactor.enrolled).toBe(false);
  });
});
