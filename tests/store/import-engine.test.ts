import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportProgress } from '../../core/contract/index.ts';
import type { Engine, EngineClient } from '../../main/engine/host.ts';
import { startServer } from '../../main/server/server.ts';
import type { SignedInDesk } from '../../main/signing/personal-desk.ts';
import { addPerson, foundVault, signIn } from '../support/desk.ts';
import { killEngineThread } from '../support/engine-thread.ts';
import { csv, HEADER, row } from '../support/import-files.ts';
import { startEngine } from '../support/program.ts';

let folder: string;
let engine: Engine;
let client: EngineClient;
let olga: SignedInDesk;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-imports-'));
  engine = await startEngine(
    { target: { kind: 'folder', folder }, backgroundJobs: false, version: '0.0.0-test' },
    { onCrash: () => undefined },
  );
  client = engine.client;
  await foundVault(client);
  const ada = await signIn(client, 'Ada');
  await addPerson(client, ada, 'Olga', ['operator']);
  await addPerson(client, ada, 'Otto', ['operator']);
  await addPerson(client, ada, 'Audrey', ['auditor']);
  olga = await signIn(client, 'Olga');
});

afterEach(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
});

/** Every fifth row is for the same new payee. */
function bigFile(rows: number): Buffer {
  const payees = rows / 5;
  const cells = (index: number) => {
    const n = index % payees;
    return row({
      Payee: `N-${n}`,
      Name: `Person, ${n}`,
      Rail: 'simulated',
      Address: `sim:person-${n}`,
      Amount: `${(index % 900) + 1}.${10 + (index % 90)}`,
      Reference: `INV-${index}`,
    });
  };
  return csv(Array.from({ length: rows }, (_, index) => cells(index)));
}

const fileOf = (bytes: Buffer, fileName = 'payouts.csv') => ({ fileName, contentBase64: bytes.toString('base64') });

async function opened(bytes: Buffer, desk = olga) {
  const open = await client.imports.open(fileOf(bytes), { context: desk.context });
  return { importId: open.importId, mapping: open.mapping };
}

async function payoutsIn(): Promise<number> {
  return (await client.payouts.list({ limit: 500 }, { context: olga.context })).items.length;
}

/** What is told until the import is over; `meanwhile` is done once it is at this step. */
async function watch(
  importId: string,
  step: ImportProgress['step'],
  meanwhile: (seen: ImportProgress) => Promise<void>,
) {
  const steps = new Set<string>();
  for await (const seen of await client.imports.progress({ importId }, { context: olga.context })) {
    if (seen.step === step && !steps.has(step)) await meanwhile(seen);
    steps.add(seen.step);
  }
  return steps;
}

describe('100,000 rows', () => {
  it('are checked and committed while the engine answers others, who see how far it is', async () => {
    const { context } = olga;
    const file = await opened(bigFile(100_000));
    const answered: string[] = [];
    const watching = watch(file.importId, 'writing', async ({ total }) => {
      expect(total).toBe(100_000);
      answered.push((await client.desk.health()).status);
    });
    const preview = await client.imports.check({ ...file, createPayees: true }, { context });
    expect(preview).toMatchObject({ rows: 100_000, good: 100_000, newPayees: 20_000 });
    const last = await client.imports.rows({ importId: file.importId, cursor: '99999' }, { context });
    expect(last).toMatchObject({ items: [{ line: 100_001, values: { reference: 'INV-99999' } }], nextCursor: null });

    const done = await client.imports.commit({ importId: file.importId, checked: preview.checked }, { context });
    expect(done).toMatchObject({ payouts: 100_000, payeesCreated: 20_000, leftOut: 0, totals: preview.totals });
    expect(await watching).toContain('checking');
    expect(answered).toEqual(['ok']);
    const books = await client.ledger.trialBalance({}, { context });
    expect(books).toMatchObject({ entries: 200_000, totals: [{ assetId: 'iso:USD', sumMinor: '0' }], drift: [] });

    // Whoever lost the answer gets it again, and nothing more is written.
    const again = await client.imports.commit({ importId: file.importId, checked: preview.checked }, { context });
    expect(again).toEqual(done);
    expect(await client.imports.list({}, { context })).toMatchObject({
      items: [{ batchId: done.batchId, payouts: 100_000 }],
    });
  }, 120_000);
});

describe('an import', () => {
  it('is given up in the middle of being written, and leaves nothing', async () => {
    const { context } = olga;
    const file = await opened(bigFile(20_000));
    const preview = await client.imports.check({ ...file, createPayees: true }, { context });
    const away = new AbortController();
    const watching = watch(file.importId, 'writing', async () => away.abort());
    const commit = client.imports.commit(
      { importId: file.importId, checked: preview.checked },
      { context, signal: away.signal },
    );
    await expect(commit).rejects.toThrow();
    expect(await watching).toContain('writing');
    expect(await payoutsIn()).toBe(0);
    expect((await client.payees.list({}, { context })).items).toEqual([]);
    await expect(client.imports.check(file, { context })).rejects.toMatchObject({ code: 'import.unknown' });
  });

  it('leaves nothing when the engine dies in the middle of writing', async () => {
    const { context } = olga;
    const file = await opened(bigFile(20_000));
    const preview = await client.imports.check({ ...file, createPayees: true }, { context });
    const restarted = new Promise<void>((resolve) => engine.onRestart(resolve));
    // What watches ends with the engine, one way or the other.
    const watching = Promise.allSettled([watch(file.importId, 'writing', () => killEngineThread())]);
    const commit = client.imports.commit({ importId: file.importId, checked: preview.checked }, { context });
    await expect(commit).rejects.toMatchObject({ code: 'engine.restarted' });
    await Promise.all([watching, restarted]);
    olga = await signIn(client, 'Olga');
    expect(await payoutsIn()).toBe(0);
    expect((await client.payees.list({}, { context: olga.context })).items).toEqual([]);
  });

  it('is cancelled while it is checked', async () => {
    const { context } = olga;
    const file = await opened(bigFile(20_000));
    const watching = watch(file.importId, 'checking', async () => {
      await client.imports.cancel({ importId: file.importId }, { context });
    });
    const check = client.imports.check({ ...file, createPayees: true }, { context });
    await expect(check).rejects.toMatchObject({ code: 'import.cancelled' });
    expect(await watching).toContain('checking');
    await expect(client.imports.check(file, { context })).rejects.toMatchObject({ code: 'import.unknown' });
  });

  it('is where the timeline of each of its payouts begins', async () => {
    const { context } = olga;
    const file = await opened(bigFile(5));
    const preview = await client.imports.check({ ...file, createPayees: true }, { context });
    await client.imports.commit({ importId: file.importId, checked: preview.checked }, { context });
    const [first] = (await client.payouts.list({ limit: 1 }, { context })).items;
    const { timeline } = await client.payouts.get({ id: first?.id ?? '' }, { context });
    expect(timeline.map(({ action, actor }) => [action, actor])).toEqual([['payouts.import', 'Olga']]);
  });

  it('is nobody else’s', async () => {
    const file = await opened(csv([row()]));
    const { context } = await signIn(client, 'Otto');
    await expect(client.imports.check(file, { context })).rejects.toMatchObject({ code: 'import.unknown' });
    await client.imports.cancel({ importId: file.importId }, { context });
    await expect(client.imports.check(file, { context: olga.context })).resolves.toMatchObject({ rows: 1 });
  });

  it('is an operator’s work', async () => {
    const { context } = await signIn(client, 'Audrey');
    await expect(client.imports.open(fileOf(csv([row()])), { context })).rejects.toMatchObject({
      code: 'access.forbidden',
    });
  });

  it('is done one step at a time', async () => {
    const { context } = olga;
    const file = await opened(bigFile(10_000));
    const first = client.imports.check({ ...file, createPayees: true }, { context });
    await expect(client.imports.check(file, { context })).rejects.toMatchObject({ code: 'import.busy' });
    await expect(first).resolves.toMatchObject({ good: 10_000 });
  });

  it('makes room: a fifth closes the one left alone for the longest', async () => {
    const files = [];
    for (let count = 0; count < 5; count += 1) files.push(await opened(csv([row({ Reference: `R-${count}` })])));
    const [oldest, ...others] = files;
    const check = (file: typeof oldest) =>
      client.imports.check(file ?? { importId: '', mapping: { columns: {} } }, { context: olga.context });
    await expect(check(oldest)).rejects.toMatchObject({ code: 'import.unknown' });
    for (const file of others) await expect(check(file)).resolves.toMatchObject({ rows: 1 });
  });

  it('is gone with the engine, and the engine that comes next says so', async () => {
    const file = await opened(csv([row()]));
    const restarted = new Promise<void>((resolve) => engine.onRestart(resolve));
    await killEngineThread();
    await restarted;
    olga = await signIn(client, 'Olga');
    await expect(client.imports.check(file, { context: olga.context })).rejects.toMatchObject({
      code: 'import.unknown',
    });
  });
});

describe('POST /api/payouts/import', () => {
  async function serving<T>(
    work: (
      post: (path: string, body: unknown) => Promise<{ status: number; body: Record<string, unknown> }>,
    ) => Promise<T>,
  ) {
    const server = await startServer({
      engine,
      host: '127.0.0.1',
      port: 0,
      rendererFolder: folder,
      version: '0.0.0-test',
      onFault: (error) => {
        throw error;
      },
    });
    try {
      return await work(async (path, body) => {
        const answer = await fetch(`${server.origin}${path}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${server.token}`,
            'content-type': 'application/json',
            'x-countersign-session': olga.context.session,
          },
          body: JSON.stringify(body),
        });
        return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      });
    } finally {
      await server.close();
    }
  }

  const payee = { payee: 'N-1', payeeName: 'Nina', rail: 'simulated', address: 'sim:nina' };

  it('previews a file, commits it, and refuses it a second time', async () => {
    await serving(async (post) => {
      const path = '/api/payouts/import';
      const file = { ...fileOf(bigFile(5_000)), createPayees: true };
      expect(JSON.stringify(file).length).toBeGreaterThan(300_000);
      const looked = await post(path, { ...file, mode: 'preview' });
      expect(looked).toMatchObject({ status: 200, body: { preview: { good: 5_000, bad: 0 }, done: null } });
      expect(await payoutsIn()).toBe(0);
      expect(await post(path, { ...file, mode: 'commit' })).toMatchObject({
        status: 200,
        body: { done: { payouts: 5_000 } },
      });
      expect(await post(path, { ...file, mode: 'commit' })).toMatchObject({
        status: 409,
        body: { code: 'import.duplicate_file' },
      });
    });
  });

  it('takes rows instead of a file, and says which of them are bad', async () => {
    await serving(async (post) => {
      const rows = [
        { ...payee, amount: '5.00', asset: 'USD', reference: 'A' },
        { ...payee, amount: '-5.00', asset: 'USD', reference: 'B' },
      ];
      const input = { rows, createPayees: true };
      expect(await post('/api/payouts/import', { ...input, mode: 'preview' })).toMatchObject({
        status: 200,
        body: { problems: [{ line: 2, code: 'amount.negative', field: 'amount' }] },
      });
      expect(await post('/api/payouts/import', { ...input, mode: 'commit' })).toMatchObject({
        status: 422,
        body: { code: 'import.problems', data: { bad: 1, line: 2, code: 'amount.negative' } },
      });
      expect(await payoutsIn()).toBe(0);
      expect(await post('/api/payouts/import', { ...input, mode: 'commit', onlyGoodRows: true })).toMatchObject({
        status: 200,
        body: { done: { payouts: 1, leftOut: 1 } },
      });
    });
  });

  it('alone takes more than a megabyte, and refuses what has no form', async () => {
    await serving(async (post) => {
      const rows = Array.from({ length: 12_000 }, (_, index) => ({
        ...payee,
        email: 'nina.with.a.rather.long.address@example.com',
        amount: '5.00',
        asset: 'USD',
        reference: `R-${index}`,
      }));
      expect(JSON.stringify(rows).length).toBeGreaterThan(1024 * 1024);
      const body = { mode: 'preview', rows, createPayees: true };
      expect(await post('/api/payouts/import', body)).toMatchObject({
        status: 200,
        body: { preview: { good: 12_000 } },
      });
      expect(await post('/api/payouts', body)).toMatchObject({ status: 413 });
      for (const wrong of [
        { mode: 'preview' },
        { mode: 'preview', rows, fileName: 'x', contentBase64: 'AA==' },
        { mode: 'preview', rows: [{ amount: 5 }] },
      ]) {
        expect(await post('/api/payouts/import', wrong)).toMatchObject({
          status: 400,
          body: { code: 'input.invalid' },
        });
      }
      expect(await post('/api/payouts/import', { mode: 'commit', ...fileOf(csv([], HEADER)) })).toMatchObject({
        status: 422,
        body: { code: 'import.empty' },
      });
    });
  });
});
