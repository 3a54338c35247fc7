import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { SimulatedService } from '../../../main/engine/simulated-service.ts';
import { startSimulatedBank } from '../../../main/sandbox/simulated-bank.ts';
import { scratchFolder } from '../../support/scratch.ts';

const folder = mkdtempSync(join(scratchFolder(), 'countersign-service-'));
const file = join(folder, 'bank');
const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.close();
  rmSync(folder, { recursive: true });
});

it('of two servers that share a sandbox one runs its bank, the other asks there, and goes on when that one ends', async () => {
  const server = () => {
    const bank = new SimulatedService({
      file,
      isShared: true,
      start: (kept) => startSimulatedBank({ file: kept, nowMs: () => 1_000 }),
      urlsOf: ({ url }) => ({ url }),
    });
    started.push(bank);
    const pay = async (key: string) => {
      const { url } = await bank.urls();
      const body = JSON.stringify({ key, address: 'sim:ada', asset: 'iso:USD', amountMinor: '100' });
      return (await fetch(`${url}/payouts`, { method: 'POST', body })).status;
    };
    return { bank, pay };
  };
  const [first, second] = [server(), server()];
  const both = await Promise.all([first.bank.urls(), second.bank.urls()]);
  expect(both[0]).toEqual(both[1]);
  expect([first.bank.isStarted, second.bank.isStarted]).toEqual([true, false]);
  expect([await first.pay('a'), await second.pay('b'), await second.pay('a')]).toEqual([200, 200, 200]);
  await expect(second.bank.here()).rejects.toMatchObject({
    code: 'vault.in_use',
    message: 'Another server runs the simulated services of this sandbox. Ask there, or stop it.',
  });
  await first.bank.close();
  expect(await second.pay('c')).toBe(200);
  expect([first.bank.isStarted, second.bank.isStarted]).toEqual([false, true]);
  const kept = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  expect(kept.map((line) => [JSON.parse(line).seq, JSON.parse(line).key])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ]);
});
