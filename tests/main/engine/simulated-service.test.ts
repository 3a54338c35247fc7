import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownFolder } from '../../../main/engine/own-folder.ts';
import { SimulatedService } from '../../../main/engine/simulated-service.ts';
import { startSimulatedBank } from '../../../main/sandbox/simulated-bank.ts';
import { scratchFolder } from '../../support/scratch.ts';

let folder: string;
let file: string;
const started: { close(): Promise<void> }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(scratchFolder(), 'countersign-service-'));
  file = join(folder, 'bank');
});
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

it('a shared sandbox keeps what it did in a folder that nobody else may enter', () => {
  const own = ownFolder(folder);
  expect(lstatSync(own).mode & 0o777).toBe(0o700);
  expect(ownFolder(folder)).toBe(own);
  // Whoever was there before could say where the services are.
  for (const mode of [0o777, 0o770, 0o701]) {
    chmodSync(own, mode);
    expect(() => ownFolder(folder), mode.toString(8)).toThrow(`Others may write to ${own}`);
  }
  rmSync(own, { recursive: true });
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere, { mode: 0o700 });
  symlinkSync(elsewhere, own);
  expect(() => ownFolder(folder)).toThrow(`Others may write to ${own}`);
});

it('nor in one that is somebody else’s', () => {
  const other = { ...userInfo(), uid: userInfo().uid + 1 };
  expect(() => ownFolder(folder, other)).toThrow('Others may write to');
});
