import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { faultsOf } from '../../../../main/sandbox/faults/faults.ts';
import { keypairOf } from '../../../../main/sandbox/stellar/network.ts';
import { startStellarSandbox } from '../../../../main/sandbox/stellar/servers.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

it('is the same network again after its process has ended, even within a line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-network-'));
  folders.push(folder);
  const stateFile = join(folder, 'network');
  const begin = () =>
    startStellarSandbox({
      nowMs: () => 1_800_000_000_000,
      faults: faultsOf({ rules: [] }, 0),
      ledgerMs: null,
      stateFile,
    });
  const ana = keypairOf('ana').publicKey();

  const first = await begin();
  await fetch(`${first.horizonUrl}/friendbot?addr=${ana}`);
  first.network.close();
  const { sequence, hash, closeTime } = first.network.latest();
  await first.close();

  appendFileSync(stateFile, '{"close":18000');
  const second = await begin();
  expect(second.network.latest()).toMatchObject({ sequence, hash, closeTime });
  expect(second.network.world.accounts.get(ana)?.balance).toBe(10_000n * 10_000_000n);
  second.network.close();
  await second.close();

  const third = await begin();
  expect(third.network.latest().sequence).toBe(sequence + 1);
  await third.close();
});
