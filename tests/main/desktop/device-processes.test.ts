/** A device's process as the packed app starts it: the shipped bundle, behind Electron's utility process. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serveDeviceProcesses } from '../../../main/desktop/device-processes.ts';
import { startOwnLedger } from '../../../main/sandbox/ledger-device/own-ledger.ts';
import { DeviceChannel } from '../../../main/signing/ledger/device-channel.ts';
import { processesOverPort } from '../../../main/signing/ledger/process-port.ts';
import { bundleDeviceProcess } from '../../support/electron/device-bundle.ts';
import { utilityProcesses } from '../../support/electron/module.ts';

let folder: string;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'countersign-device-process-'));
  for (const [name, code] of await bundleDeviceProcess()) await writeFile(path.join(folder, name), code);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The engine's end of a port that the desktop host serves. */
function served(file: string) {
  const { port1, port2 } = new MessageChannel();
  const reports: string[] = [];
  serveDeviceProcesses(port1, { file, report: (event) => reports.push(event) });
  closing.push(() => port2.close());
  return { start: processesOverPort(port2), reports, close: () => port2.close() };
}

const exited = (at: number) =>
  new Promise((resolve) => {
    const child = utilityProcesses.started[at];
    if (!child) throw new Error('No such process was started');
    child.once('exit', resolve);
  });

describe('a device’s process under Electron', () => {
  test('answers from the bundle that is shipped, and knows nothing of the program’s environment', async () => {
    const ledger = await startOwnLedger();
    closing.push(() => ledger.close());
    const { start } = served(path.join(folder, 'device-process.js'));
    const channel = new DeviceChannel({ kind: 'emulator', url: ledger.url }, start);
    closing.push(() => channel.close());
    process.env.PAYOUT_HOT_SIGNER_SECRET = 'nobody’s business';
    closing.push(() => delete process.env.PAYOUT_HOT_SIGNER_SECRET);
    expect(await channel.ask({ about: 'app' })).toMatchObject({ app: { name: 'Stellar', version: '5.6.0' } });
    expect(await channel.ask({ about: 'key', path: "44'/148'/0'", shown: false })).toMatchObject({ about: 'key' });
    const [child, ...others] = utilityProcesses.started;
    expect(others).toEqual([]);
    expect(Object.keys(child?.options.env ?? {}).sort()).toEqual(['PATH', 'SystemRoot']);
    expect(child?.options).toMatchObject({ serviceName: 'Countersign device', stdio: 'ignore' });
  });

  test('that hangs is ended, also when it does not listen, and the next question has another', async () => {
    const stuck = path.join(folder, 'stuck.mjs');
    await writeFile(stuck, "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000);");
    const { start } = served(stuck);
    const first = utilityProcesses.started.length;
    const channel = new DeviceChannel({ kind: 'usb' }, start, { quickMs: 300, reviewMs: 300 });
    await expect(channel.ask({ about: 'app' })).rejects.toMatchObject({ code: 'device.asleep' });
    await exited(first);
    await expect(channel.ask({ about: 'app' })).rejects.toMatchObject({ code: 'device.asleep' });
    expect(utilityProcesses.started).toHaveLength(first + 2);
    await exited(first + 1);
  });

  test('that dies ends the question, is reported, and does not outlive its engine', async () => {
    const dying = path.join(folder, 'dying.mjs');
    await writeFile(dying, "process.parentPort.on('message', () => process.exit(3));");
    const host = served(dying);
    const channel = new DeviceChannel({ kind: 'usb' }, host.start);
    await expect(channel.ask({ about: 'app' })).rejects.toMatchObject({ code: 'device.unplugged' });
    expect(host.reports).toEqual(['device.process_ended']);
    const idle = path.join(folder, 'idle.mjs');
    await writeFile(idle, "process.parentPort.on('message', () => undefined);");
    const other = served(idle);
    const last = utilityProcesses.started.length;
    const asked = new DeviceChannel({ kind: 'usb' }, other.start).ask({ about: 'app' });
    const refused = expect(asked).rejects.toMatchObject({ code: 'device.unplugged' });
    await expect.poll(() => utilityProcesses.started).toHaveLength(last + 1);
    const gone = exited(last);
    other.close();
    await refused;
    await gone;
  });
});
