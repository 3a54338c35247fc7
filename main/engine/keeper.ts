/**
 * Holds what is open: none or one vault, and who is signed in. Everything that opens, founds or
 * closes a vault goes through here, one at a time.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { signInRefused } from '../../core/access/errors.ts';
import { SESSIONS_ENDED, sessionEpoch, sessionEpochs } from '../../core/access/sign-ins.ts';
import { checkSignIn, type SignedIn } from '../../core/access/staff.ts';
import type { Credentials, KdfParameters, VaultStatus } from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { type Clock, type Ids, timeOrderedIds } from '../../core/ids/ids.ts';
import type { Origin } from '../../core/store/command.ts';
import type { StartProcess } from '../signing/ledger/device-channel.ts';
import { migrate } from '../store/migrate.ts';
import { openPostgres } from '../store/postgres/store.ts';
import { shippedMigrations as migrations } from '../store/shipped-migrations.ts';
import { vaultRow } from '../store/vault/generation.ts';
import { slotParameters } from '../store/vault/keys-file.ts';
import { openVault } from '../store/vault/open.ts';
import type { Unlock } from '../store/vault/slots.ts';
import { countingFailures, recordFailedUnlocks } from './failed-unlocks.ts';
import { foundVault, type NewVault, type VaultFounded } from './found-vault.ts';
import type { EngineOptions } from './host.ts';
import { type OpenStore, OpenTreasury } from './open-treasury.ts';
import { recordFence } from './record-fence.ts';
import type { ServiceTokenSettings } from './service-token.ts';
import { isIdle, type SavedSessions, SECOND_FACTOR_FRESH_MS, Sessions } from './sessions.ts';
import { SignInBrake } from './sign-in-brake.ts';
import { passphraseChangeWasCutShort, signInParameters } from './sign-in-parameters.ts';
import { SparingLog } from './sparing-log.ts';
import { knownFiles, pathOfVault } from './vault-places.ts';

/** What the next engine needs to go on where a dead one stopped. Kept in memory only. */
export interface ResumeCapsule {
  readonly file: string | null;
  readonly dataKey: Uint8Array | null;
  readonly sessions: SavedSessions;
}

export interface KeeperSurroundings {
  readonly restarts: number;
  readonly threadUrl: URL;
  /** How a process for a device is started here. */
  readonly startDevice: StartProcess;
  readonly onResumable: (capsule: ResumeCapsule | null) => void;
}

export interface SignInInput {
  readonly file?: string | undefined;
  readonly name: string;
  readonly slotSecret: string;
  readonly signInProof: string;
}

/** How long a stream may outlive a session that lies idle. */
const WATCH_MS = 15_000;
const MACHINE_CLOCK: Clock = { nowMs: () => Date.now() };
type Database = Extract<EngineOptions['target'], { kind: 'postgres' }>;

export class Keeper {
  /** The open vault's own, which never runs back; the machine's while none is open. */
  readonly clock: Clock = { nowMs: () => (this.#open?.clock ?? MACHINE_CLOCK).nowMs() };
  readonly ids: Ids = timeOrderedIds(this.clock, randomBytes);
  readonly brake = new SignInBrake();
  readonly refusedTokens = new SparingLog();
  sessions = new Sessions();
  readonly #options: EngineOptions;
  readonly #surroundings: KeeperSurroundings;
  #open: OpenTreasury | null = null;
  #identity: { name: string; network: 'sandbox' | 'live' } | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #closing = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: EngineOptions, surroundings: KeeperSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /** Opens what can be opened without a person. */
  async start(resume: ResumeCapsule | null): Promise<void> {
    const { target, machineKeyFile } = this.#options;
    if (target.kind === 'folder') mkdirSync(target.folder, { recursive: true, mode: 0o700 });
    if (target.kind === 'postgres') await this.#openPostgres(target);
    else if (resume?.file && resume.dataKey) {
      await this.#openFile(resume.file, { kind: 'resume', dataKey: resume.dataKey });
    } else if (machineKeyFile !== undefined && target.kind === 'file') {
      await this.#openFile(target.file, { kind: 'machine', keyFile: machineKeyFile });
    }
    if (resume) this.sessions = new Sessions(resume.sessions);
    this.#watch = setInterval(() => this.#watchSessions(), WATCH_MS);
    this.#watch.unref();
    this.#saveResumable();
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#watch);
    await this.#alone(async () => {
      await this.#open?.close();
      this.#open = null;
    });
  }

  current(): OpenTreasury | null {
    return this.#open;
  }

  /** Whether real money is at stake. Null where no vault is open. */
  network(): 'sandbox' | 'live' | null {
    return this.#identity?.network ?? null;
  }

  get serviceTokens(): ServiceTokenSettings | undefined {
    return this.#options.serviceTokens;
  }

  require(): OpenTreasury {
    if (this.#closing) throw new Refusal('engine.stopping');
    if (!this.#open) throw new Refusal('vault.locked');
    return this.#open;
  }

  health() {
    const { version } = this.#options;
    return {
      status: this.#closing ? ('stopping' as const) : ('ok' as const),
      version,
      engineRestarts: this.#surroundings.restarts,
    };
  }

  async status(): Promise<VaultStatus> {
    const { target } = this.#options;
    const kind = target.kind === 'postgres' ? ('postgres' as const) : ('sqlite' as const);
    const known = knownFiles(target, this.#open !== null);
    const open = this.#open;
    if (!open || !this.#identity) {
      const exists = known.length > 0;
      const file = target.kind === 'file' && exists ? basename(target.file) : null;
      return { state: exists ? 'locked' : 'none', kind, file, name: null, network: null, fenced: false, known };
    }
    const row = await vaultRow(open.treasury.writer);
    const file = open.store.kind === 'sqlite' ? basename(open.store.vault.file) : null;
    return { state: 'open', kind, file, ...this.#identity, fenced: row?.fence != null, known };
  }

  /** How this name's passphrase is stretched; an unknown name gets an answer too. */
  async kdfFor(file: string | undefined, name: string): Promise<KdfParameters> {
    const open = this.#open;
    if (!open) return slotParameters(pathOfVault(this.#options.target, file), name);
    return signInParameters(open, name);
  }

  async create(input: NewVault, origin: Origin): Promise<VaultFounded> {
    return this.#alone(async () => {
      if (this.#open) throw new Refusal('vault.open');
      const { clock, ids } = this;
      const founding = { vaultId: ids.next('vault'), input, origin, clock, ids };
      const { store, founded } = await foundVault(this.#options.target, founding);
      await this.#begin(store);
      return founded;
    });
  }

  /** Opens the vault if it is locked, then checks who it is. */
  async signIn(input: SignInInput, origin: Origin): Promise<{ token: string; signedIn: SignedIn }> {
    return this.#alone(async () => {
      const { name, slotSecret, signInProof } = input;
      const wasOpen = this.#open !== null;
      if (!wasOpen)
        await this.#openFile(pathOfVault(this.#options.target, input.file), { kind: 'slot', name, slotSecret });
      else this.#refuseOther(input.file);
      const open = this.require();
      const signedIn = await checkSignIn(open.treasury.writer, name, signInProof);
      if (!signedIn) {
        // After a change that was cut short it stays open, so that the new passphrase is accepted.
        if (!wasOpen && !(await passphraseChangeWasCutShort(open, name))) await this.#closeOpen();
        throw signInRefused();
      }
      open.ensureSlot(name, { kdf: signedIn.kdf, slotSecret });
      const staffId = signedIn.staff.id;
      const epoch = await sessionEpoch(open.treasury.writer, staffId);
      const token = this.sessions.open({ staffId, epoch, origin, nowMs: this.clock.nowMs() });
      this.#saveResumable();
      return { token, signedIn };
    });
  }

  endSession(token: string | undefined): void {
    this.sessions.end(token);
    this.#saveResumable();
  }

  endSessionNamed(id: string): void {
    this.sessions.endWhere((session) => session.id === id);
    this.#saveResumable();
  }

  /** Gives until when it need not be shown again. */
  secondFactorShown(token: string | undefined): number {
    const nowMs = this.clock.nowMs();
    this.sessions.secondFactorShown(token, nowMs);
    this.#saveResumable();
    return nowMs + SECOND_FACTOR_FRESH_MS;
  }

  /** Ends the sessions that lie idle, and those of an epoch that is over. The vault stays open. */
  async endStaleSessions(): Promise<void> {
    const open = this.#open;
    const nowMs = this.clock.nowMs();
    let ended = this.sessions.endWhere((session) => isIdle(session, nowMs));
    if (open) {
      const staffIds = new Set(this.sessions.list(nowMs).map(({ staffId }) => staffId));
      const epochs = await sessionEpochs(open.treasury.writer, [...staffIds]);
      ended += this.sessions.endWhere(({ staffId, epoch }) => epoch < (epochs.get(staffId) ?? epoch));
    }
    if (ended > 0) this.#saveResumable();
  }

  /** Opens a locked vault with what the recovery sheet gives; nobody is signed in by it. */
  async openWithSheet({ file, slotSecret }: { file?: string | undefined; slotSecret: string }): Promise<OpenTreasury> {
    return this.#alone(async () => {
      if (this.#open) this.#refuseOther(file);
      else await this.#openFile(pathOfVault(this.#options.target, file), { kind: 'sheet', slotSecret });
      return this.require();
    });
  }

  /** After governance acts were done: whoever they let in can open the vault, whoever they put out cannot. */
  async settleSlots(): Promise<void> {
    await this.require().settleSlots();
    await this.endStaleSessions();
  }

  async changeSlot(name: string, credentials: Credentials, record: () => Promise<void>): Promise<void> {
    await record();
    this.require().ensureSlot(name, credentials);
  }

  async lock(): Promise<void> {
    await this.#alone(() => this.#closeOpen());
  }

  async #closeOpen(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    this.#identity = null;
    this.sessions.endWhere(() => true);
    this.#saveResumable();
    await open?.close();
    // A shared database is not encrypted by us: locking signs everybody out and opens it again.
    const { target } = this.#options;
    if (target.kind === 'postgres') await this.#openPostgres(target);
  }

  async #openFile(file: string, unlock: Unlock): Promise<void> {
    const nowMs = this.clock.nowMs();
    const vault = await countingFailures(file, unlock, nowMs, () => openVault({ file, unlock, migrations, nowMs }));
    await this.#begin({ kind: 'sqlite', vault });
    await recordFailedUnlocks(this.require());
    const { fence, fencedNow } = vault.opening;
    if (fencedNow) await recordFence(this.require().treasury, fence?.reason ?? '');
  }

  /** Brings the schema up; opens the treasury when there is one. */
  async #openPostgres({ url, secretsKey }: Database): Promise<void> {
    const store = openPostgres({ url });
    await migrate(store, migrations, {
      nowMs: this.clock.nowMs(),
      beforeChangingRecords: async () => {
        throw new Refusal(
          'vault.unsupported',
          {},
          'The database has an older schema. Take a backup, then run `countersign vault migrate`.',
        );
      },
    });
    if ((await vaultRow(store)) === null) {
      await store.close();
      return;
    }
    await this.#begin({ kind: 'postgres', url, secretsKey, writer: store, close: () => store.close() });
  }

  async #begin(store: OpenStore): Promise<void> {
    const writer = store.kind === 'sqlite' ? store.vault.writer : store.writer;
    const row = await vaultRow(writer);
    if (!row) throw new Error('A vault was opened that has no record of itself');
    this.#open = await OpenTreasury.begin(
      store,
      { vaultId: row.id, name: row.name, network: row.network, fenced: row.fence !== null },
      {
        clock: MACHINE_CLOCK,
        ids: this.ids,
        threadUrl: this.#surroundings.threadUrl,
        startDevice: this.#surroundings.startDevice,
        backgroundJobs: this.#options.backgroundJobs,
      },
    );
    this.#identity = { name: row.name, network: row.network };
    this.#open.changes.listen((events) => {
      if (events.some(({ name }) => name === SESSIONS_ENDED)) this.#watchSessions();
    });
    this.#saveResumable();
  }

  /** A session that could not be looked at now is looked at by its next call, or in a while. */
  #watchSessions(): void {
    this.endStaleSessions().catch((error: unknown) =>
      process.emitWarning(`Sessions were not looked at: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  #saveResumable(): void {
    const store = this.#open?.store;
    const capsule: ResumeCapsule = {
      file: store?.kind === 'sqlite' ? store.vault.file : null,
      dataKey: store?.kind === 'sqlite' ? store.vault.dataKey() : null,
      sessions: this.sessions.save(),
    };
    this.#surroundings.onResumable(this.#open ? capsule : null);
  }

  #refuseOther(file: string | undefined): void {
    const { store } = this.require();
    if (file !== undefined && store.kind === 'sqlite' && basename(store.vault.file) !== file)
      throw new Refusal('vault.open');
  }

  /** One after another: two windows do not open or found at once. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
