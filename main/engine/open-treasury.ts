/** Everything that exists while a vault is open: its treasury, its jobs, its rails, its windows' news. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { refuseOtherFounding } from '../../core/access/trust/pin.ts';
import { layOutQueue } from '../../core/approvals/queue/upkeep.ts';
import { type Credentials, RAILS, type RailName } from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { Clock, Ids } from '../../core/ids/ids.ts';
import { breakLeases } from '../../core/jobs/leases.ts';
import type { ScreeningPort } from '../../core/payees/screening.ts';
import { providerSilent } from '../../core/providers/errors.ts';
import type { AddressCheckers, FederationResolver } from '../../core/rails/address.ts';
import { ProviderUnreachable } from '../../core/rails/provider.ts';
import type { Treasury } from '../../core/store/command.ts';
import type { SecretBox } from '../../core/store/secrets.ts';
import { type SteadyClock, steadyClock, timeNow } from '../../core/store/steady-clock.ts';
import type { Writer } from '../../core/store/tx.ts';
import { syncProvider } from '../../core/sync/settle.ts';
import { syncJobOf, syncStatus } from '../../core/sync/status.ts';
import type { Surroundings as WatchSurroundings } from '../../core/watching/watch.ts';
import type { ExportedFile } from '../exports/audit-file.ts';
import { ImportDesk } from '../imports/import-desk.ts';
import { addressCheckers } from '../rails/address-checkers.ts';
import { federationResolver } from '../rails/stellar/federation.ts';
import { denyListScreening } from '../screening/deny-list.ts';
import type { StartProcess } from '../signing/ledger/device-channel.ts';
import { openSecrets, type SecretsKeyFile } from '../store/secrets/open-secrets.ts';
import { type BackupTaken, backupFile, fileTime, rotateBackups } from '../store/vault/backup.ts';
import type { OpenVault } from '../store/vault/opened-vault.ts';
import { Changes } from './changes.ts';
import { ClockWatch } from './clock-watch.ts';
import { jobsFor } from './jobs/definitions.ts';
import type { Notifying } from './jobs/notification-jobs.ts';
import { JobRunner, jobActor } from './jobs/runner.ts';
import { compareStellar } from './jobs/stellar-jobs.ts';
import { systemTimers } from './jobs/timers.ts';
import { ensureSlot, settleKeySlots } from './key-slots.ts';
import { LongReads, type ReaderSource } from './long-reads.ts';
import { notifyingFor } from './notifying.ts';
import { ownFolder } from './own-folder.ts';
import { Providers } from './providers.ts';
import { Stellar } from './stellar.ts';
import { ensureVaultKey } from './vault-key.ts';
import { WindowFeed } from './window-feed.ts';

/** Where the records are: a vault file, or a database that others share. */
export type OpenStore =
  | { readonly kind: 'sqlite'; readonly vault: OpenVault }
  | {
      readonly kind: 'postgres';
      readonly url: string;
      readonly secretsKey: SecretsKeyFile;
      readonly writer: Writer;
      close(): Promise<void>;
    };

const writerOf = (store: OpenStore): Writer => (store.kind === 'sqlite' ? store.vault.writer : store.writer);

/** What the records say they were founded on is what the keys file, and the box of secrets, hold them to. */
async function holdToFounding(store: OpenStore, writer: Writer, secrets: SecretBox): Promise<void> {
  const kept = store.kind === 'sqlite' ? store.vault.founding() : null;
  const found = await refuseOtherFounding(writer, secrets, kept).catch(async (error: unknown) => {
    await closeStore(store);
    throw error;
  });
  if (store.kind === 'sqlite' && kept === null && found !== null) store.vault.holdTo(found);
}

const closeStore = (store: OpenStore): Promise<void> => (store.kind === 'sqlite' ? store.vault.close() : store.close());

/** The key of a vault file's secrets is inside it. */
const secretsKeyOf = (store: OpenStore): SecretsKeyFile | null => (store.kind === 'postgres' ? store.secretsKey : null);

export interface TreasuryIdentity {
  readonly vaultId: string;
  readonly name: string;
  readonly network: 'sandbox' | 'live';
  readonly fenced: boolean;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly threadUrl: URL;
  readonly startDevice: StartProcess;
  readonly backgroundJobs: boolean;
}

const BACKUPS_KEPT = 20;

/** Where the operating system says, or beside the vault. */
function denyListFiles(store: OpenStore): readonly string[] {
  const named = process.env.COUNTERSIGN_DENY_LIST;
  if (named) return [named];
  return store.kind === 'sqlite' ? ['json', 'csv'].map((ending) => `${store.vault.file}.deny-list.${ending}`) : [];
}

/** Where real money is, nothing is simulated, and no folder is made for it. */
const besideDatabase = ({ network, vaultId }: TreasuryIdentity) =>
  join(network === 'sandbox' ? ownFolder() : tmpdir(), vaultId);

export class OpenTreasury {
  readonly treasury: Treasury;
  readonly clock: SteadyClock;
  readonly changes = new Changes();
  readonly jobs: JobRunner;
  readonly longReads: LongReads;
  readonly imports: ImportDesk;
  readonly store: OpenStore;
  readonly addresses: AddressCheckers;
  readonly federation: FederationResolver = federationResolver();
  readonly screening: ScreeningPort;
  readonly stellar: Stellar;
  readonly notifying: Notifying;
  readonly providers: Providers;
  readonly #isSandbox: boolean;
  readonly #feed: WindowFeed;
  readonly #clockWatch: ClockWatch;

  static async begin(store: OpenStore, identity: TreasuryIdentity, surroundings: Surroundings): Promise<OpenTreasury> {
    const writer = writerOf(store);
    const clock = steadyClock(surroundings.clock);
    await timeNow(writer, clock);
    const secrets = await openSecrets(writer, secretsKeyOf(store));
    await holdToFounding(store, writer, secrets);
    const { network } = identity;
    const beside = store.kind === 'sqlite' ? store.vault.file : besideDatabase(identity);
    const open = new OpenTreasury(store, { ...surroundings, clock, secrets, beside, network });
    await ensureVaultKey(open.treasury);
    await open.treasury.writer.transaction((tx) => layOutQueue({ tx, nowMs: clock.nowMs() }));
    // A file is open once: a lease found in it is that of a process that died.
    if (store.kind === 'sqlite') await breakLeases(store.vault.writer, clock.nowMs());
    await open.settleSlots();
    await open.#feed.start();
    if (surroundings.backgroundJobs) {
      await open.#clockWatch.start();
      open.jobs.start();
    }
    return open;
  }

  private constructor(
    store: OpenStore,
    {
      clock,
      ids,
      secrets,
      threadUrl,
      startDevice,
      beside,
      network,
    }: Surroundings & {
      readonly clock: SteadyClock;
      readonly secrets: SecretBox;
      readonly beside: string;
      readonly network: TreasuryIdentity['network'];
    },
  ) {
    this.store = store;
    this.clock = clock;
    const isSandbox = network === 'sandbox';
    this.#isSandbox = isSandbox;
    this.addresses = addressCheckers(isSandbox);
    this.screening = denyListScreening({ files: denyListFiles(store), clock });
    this.treasury = {
      writer: writerOf(store),
      clock,
      ids,
      secrets,
      callWays: (reader) => this.stellar.callWays(reader),
      onCommitted: (events) => {
        this.#feed.nudge();
        this.jobs.wake(new Set(events.map((event) => event.name)));
      },
    };
    const { treasury } = this;
    this.providers = new Providers({
      treasury,
      network,
      environment: process.env,
      beside,
      isShared: store.kind === 'postgres',
    });
    this.stellar = new Stellar({
      treasury,
      network,
      environment: process.env,
      names: this.federation,
      startDevice,
      stateFile: `${beside}.simulated-stellar`,
      isShared: store.kind === 'postgres',
    });
    this.notifying = notifyingFor(process.env, { sandbox: isSandbox });
    const timers = systemTimers;
    const warn = (sentence: string) => process.emitWarning(sentence);
    // People tell servers apart by the first part, databases by the last.
    const holder = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
    this.#feed = new WindowFeed({
      writer: treasury.writer,
      clock,
      timers,
      holder,
      deliver: (events) => this.changes.announce(events),
      warn,
    });
    this.#clockWatch = new ClockWatch({ treasury, clock, timers, warn });
    this.jobs = new JobRunner(
      { treasury, timers, holder, random: Math.random, warn },
      jobsFor({
        treasury,
        providers: this.providers,
        stellar: this.stellar,
        backup: store.kind === 'sqlite' ? () => this.backup() : null,
        watching: () => this.watchSurroundings(),
        notifying: this.notifying,
        settleSlots: () => this.settleSlots(),
      }),
    );
    const source = (): ReaderSource =>
      store.kind === 'sqlite'
        ? { kind: 'file', file: store.vault.file, dataKey: store.vault.dataKey() }
        : { kind: 'postgres', url: store.url, secretsKey: store.secretsKey };
    this.longReads = new LongReads(threadUrl, source);
    this.imports = new ImportDesk({
      threadUrl,
      source,
      sandbox: isSandbox,
      federation: this.federation,
      clock,
      ids,
    });
  }

  /** Every rail that this treasury could pay over. */
  get rails(): readonly RailName[] {
    return this.#isSandbox ? RAILS : RAILS.filter((rail) => rail !== 'simulated');
  }

  /** Those of them that are set up, whether they answer or not. */
  async configuredRails(): Promise<ReadonlySet<RailName>> {
    const found = new Set<RailName>();
    for (const rail of this.rails) {
      const isSetUp =
        rail === 'stellar' ? (await this.stellar.settings()).source !== null : await this.providers.isSetUp(rail);
      if (isSetUp) found.add(rail);
    }
    return found;
  }

  /** Reads every provider's history from where this vault's memory ends. */
  async compareHistory(): Promise<{ records: number; quarantined: number }> {
    const total = { records: 0, quarantined: 0 };
    for (const provider of await this.providers.all()) {
      const actor = jobActor(syncJobOf(provider.rail));
      // A fence is lifted over a history that was read, not over one that could not be.
      const { stored, quarantined } = await syncProvider(this.treasury, actor, provider).catch((error: unknown) => {
        throw error instanceof ProviderUnreachable
          ? providerSilent(provider.rail, error, this.treasury.clock.nowMs())
          : error;
      });
      total.records += stored;
      total.quarantined += quarantined;
    }
    const stellar = await compareStellar(this.treasury, this.stellar);
    return { records: total.records + stellar.records, quarantined: total.quarantined + stellar.quarantined };
  }

  /** What no record says of how everything is doing. */
  async watchSurroundings(): Promise<WatchSurroundings> {
    const readings = { clockBehindMs: this.clock.behindMs(), deviceTrouble: this.stellar.deviceTrouble };
    const configured = await this.configuredRails();
    const sync = await syncStatus(this.treasury.writer, { rails: this.rails, configured, nowMs: this.clock.nowMs() });
    return { sync, jobs: this.jobs.names(), readings };
  }

  ensureSlot(name: string, secret: Pick<Credentials, 'kdf' | 'slotSecret'>): void {
    if (this.store.kind === 'sqlite') ensureSlot(this.store.vault, name, secret);
  }

  settleSlots(): Promise<void> {
    return settleKeySlots(this.treasury, this.store.kind === 'sqlite' ? this.store.vault : null);
  }

  async backup(): Promise<BackupTaken> {
    if (this.store.kind !== 'sqlite') {
      throw new Refusal('vault.unsupported', {}, 'A shared database is backed up with the database’s own tools.');
    }
    const { vault } = this.store;
    const folder = join(dirname(vault.file), 'backups');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const prefix = `${basename(vault.file)}.`;
    const nowMs = this.treasury.clock.nowMs();
    const taken = await vault.backup(backupFile(folder, prefix, nowMs), nowMs);
    rotateBackups(folder, prefix, BACKUPS_KEPT);
    return taken;
  }

  /** Written by the thread of long reads, beside the vault, or on a server beside its key of secrets. */
  async exportAudit(fromSeq: number): Promise<ExportedFile & { readonly takenAtMs: number }> {
    const { store } = this;
    const beside = store.kind === 'sqlite' ? store.vault.file : store.secretsKey.file;
    const folder = join(dirname(beside), 'exports');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const takenAtMs = this.treasury.clock.nowMs();
    const name = store.kind === 'sqlite' ? basename(beside) : 'database';
    const file = join(folder, `${name}.audit-${fileTime(takenAtMs)}.jsonl`);
    return { ...(await this.longReads.ask('exportAudit', { file, fromSeq, nowMs: takenAtMs })), takenAtMs };
  }

  async close(): Promise<void> {
    await this.jobs.stop();
    await this.#clockWatch.close();
    await this.#feed.close();
    await this.imports.close();
    await this.longReads.close();
    await this.stellar.close();
    await this.providers.close();
    await closeStore(this.store);
  }
}
