import { existsSync } from 'node:fs';
import path from 'node:path';
import { startEngine } from '../../engine/supervisor.ts';
import { newCredentials } from '../../signing/personal-desk.ts';
import { shippedMigrations } from '../../store/shipped-migrations.ts';
import { createMachineKey } from '../../store/vault/machine-key.ts';
import { openVault } from '../../store/vault/open.ts';
import type { Unlock } from '../../store/vault/slots.ts';
import { programVersion } from '../program.ts';
import { passphraseOption, readNewPassphrase } from '../terminal.ts';
import { UsageError, verb } from '../verb.ts';

export const vaultCreate = verb({
  about: 'Make a new vault with its first person, who has every role, and show the recovery code once.',
  args: ['FILE'],
  options: {
    name: { type: 'string', value: 'NAME', about: 'What the treasury is called', required: true },
    founder: { type: 'string', value: 'NAME', about: 'Who sets it up; asked for their passphrase', required: true },
    network: { type: 'string', value: 'sandbox|live', about: 'Simulated money or real money (default sandbox)' },
    'machine-key': {
      type: 'string',
      value: 'FILE',
      about: 'Also let this machine open it; the key file is made when there is none',
    },
    ...passphraseOption,
  },
  async run({ args, options, terminal }) {
    const file = path.resolve(args.FILE);
    const network = options.network ?? 'sandbox';
    if (network !== 'sandbox' && network !== 'live') throw new UsageError('--network is sandbox or live.');
    const keyFile = options['machine-key'] === undefined ? null : path.resolve(options['machine-key']);
    const fromStdin = options['passphrase-stdin'];
    const passphrase = await readNewPassphrase(terminal, {
      fromStdin,
      question: `New passphrase of ${options.founder}: `,
    });
    const credentials = await newCredentials(passphrase);
    // Before the vault: a vault whose recovery code was never shown would be worse than a spare key.
    if (keyFile !== null && !existsSync(keyFile)) createMachineKey(keyFile);

    const founder = { name: options.founder, credentials };
    const created = await createThroughEngine(file, { name: options.name, network, founder });
    if (keyFile !== null) {
      await letMachineIn(file, { kind: 'slot', name: founder.name, slotSecret: credentials.slotSecret }, keyFile);
    }
    return {
      ok: true,
      json: { file, network, ...created, machineKey: keyFile },
      text: [
        `Created ${file}`,
        ...(keyFile === null ? [] : [`This machine opens it with ${keyFile}`]),
        `Recovery code, shown once and stored nowhere: ${created.recoveryCode}`,
        `Fingerprint of the founding, to be kept beside it: ${created.foundingFingerprint}`,
      ],
    };
  },
});

type FirstRecords = Parameters<Awaited<ReturnType<typeof startEngine>>['client']['vault']['create']>[0];

/** The same way as from the window: the engine writes the first records. */
async function createThroughEngine(file: string, input: FirstRecords) {
  const engine = await startEngine({
    target: { kind: 'file', file },
    backgroundJobs: false,
    version: programVersion(),
  });
  try {
    return await engine.client.vault.create(input);
  } finally {
    await engine.stop();
  }
}

async function letMachineIn(file: string, unlock: Unlock, keyFile: string): Promise<void> {
  const vault = await openVault({ file, unlock, migrations: shippedMigrations, nowMs: Date.now() });
  try {
    vault.addMachine(keyFile);
  } finally {
    await vault.close();
  }
}
