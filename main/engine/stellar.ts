/**
 * Stellar as an open vault has it: its settings, the network they name, and what signs. Nothing of
 * it is loaded or started before somebody needs it.
 */

import { USUAL_ARGUMENTS } from '../../core/contract/contract-calls.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { CallWays } from '../../core/payouts/call-ways.ts';
import type { ChainDesk } from '../../core/payouts/chain/desk.ts';
import { badSetting, notConfigured } from '../../core/payouts/chain/errors.ts';
import type { FeeAccount } from '../../core/payouts/chain/fee-account.ts';
import type { HotKey } from '../../core/payouts/chain/hot-key.ts';
import { chainAssetOf } from '../../core/payouts/chain/plan.ts';
import { type ResolvedSettings, resolveCallSettings, resolveSettings } from '../../core/payouts/chain/settings.ts';
import type { FederationResolver } from '../../core/rails/address.ts';
import type { ChainRail } from '../../core/rails/chain.ts';
import { asTexts, keptSettings } from '../../core/rails/settings/kept.ts';
import type { CommandName, Treasury } from '../../core/store/command.ts';
import type { Reader } from '../../core/store/tx.ts';
import type { Readings } from '../../core/watching/rules/finding.ts';
import { callWays } from '../rails/stellar/call-ways.ts';
import { needsBlindSigning } from '../rails/stellar/decode.ts';
import { hotSigner } from '../rails/stellar/hot-key.ts';
import { networkName, SANDBOX_PASSPHRASE } from '../rails/stellar/networks.ts';
import { stellarRail } from '../rails/stellar/rail.ts';
import { faultsOf } from '../sandbox/faults/faults.ts';
import { type OwnLedger, ownLedgerKey, startOwnLedger } from '../sandbox/ledger-device/own-ledger.ts';
import { WINNINGS } from '../sandbox/stellar/contracts.ts';
import { peopleOnNetwork, type StellarContent } from '../sandbox/stellar/people.ts';
import { type StellarSandbox, startStellarSandbox } from '../sandbox/stellar/servers.ts';
import { DeviceChannel, type StartProcess } from '../signing/ledger/device-channel.ts';
import { LedgerDevice } from '../signing/ledger/ledger-device.ts';
import { AskedOnDevice } from './device-asked.ts';
import { SimulatedService } from './simulated-service.ts';

export interface StellarSurroundings {
  readonly treasury: Treasury;
  readonly network: 'sandbox' | 'live';
  readonly names: FederationResolver;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly startDevice: StartProcess;
  /** Where a simulated network of this vault's own keeps its ledgers. */
  readonly stateFile: string;
  /** Whether other servers may have the same simulated network. */
  readonly isShared: boolean;
}

type DeviceTrouble = NonNullable<Readings['deviceTrouble']>;

export interface Configured {
  readonly settings: ResolvedSettings;
  readonly networkPassphrase: string;
  readonly source: string;
  readonly rail: ChainRail;
}

/** A person's answer is no trouble. */
const SAID_NO: ReadonlySet<string> = new Set(['device.rejected', 'device.stopped']);
const LEDGER_MS = 5_000;
/** The simulated network of the sandbox moves on by itself; it does not misbehave unless told. */
const NO_FAULTS = { rules: [] };

export class Stellar {
  readonly #around: StellarSurroundings;
  readonly #ownNetwork: SimulatedService<StellarSandbox>;
  #ownLedger: Promise<OwnLedger> | null = null;
  #device: Promise<LedgerDevice> | null = null;
  #deviceTrouble: DeviceTrouble | null = null;
  readonly askedOnDevice = new AskedOnDevice();

  constructor(around: StellarSurroundings) {
    this.#around = around;
    const { treasury, stateFile: file, isShared } = around;
    this.#ownNetwork = new SimulatedService({
      file,
      isShared,
      start: (stateFile) =>
        startStellarSandbox({
          nowMs: () => treasury.clock.nowMs(),
          faults: faultsOf(NO_FAULTS, treasury.clock.nowMs()),
          ledgerMs: LEDGER_MS,
          stateFile,
        }),
      urlsOf: ({ rpcUrl, horizonUrl }) => ({ rpcUrl, horizonUrl }),
    });
  }

  get vaultNetwork(): 'sandbox' | 'live' {
    return this.#around.network;
  }

  async settings(): Promise<ResolvedSettings> {
    const { treasury, environment } = this.#around;
    const kept = asTexts(await keptSettings(treasury.writer, treasury.secrets, 'stellar'));
    return this.#withOwnContract(resolveSettings(environment, kept));
  }

  /** What holds where nothing is set, because a sandbox runs its own network; nothing where another is asked. */
  async ownSettings(): Promise<readonly { readonly name: string; readonly text: string }[]> {
    const { rpcUrl, horizonUrl, source, call } = await this.settings();
    if (this.#around.network !== 'sandbox' || rpcUrl !== null || horizonUrl !== null) return [];
    // It runs from when something could go out on it.
    const own = source === null ? {} : await this.#ownNetwork.urls();
    return Object.entries({
      STELLAR_NETWORK_PASSPHRASE: SANDBOX_PASSPHRASE,
      SOROBAN_RPC_URL: own.rpcUrl,
      HORIZON_URL: own.horizonUrl,
      PAYOUT_CONTRACT_ID: call?.contract,
      PAYOUT_METHOD_NAME: call?.method,
    }).flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
  }

  /** For new payouts, and for those that are to be paid in another way. */
  async callWays(reader: Reader): Promise<CallWays> {
    const { treasury, environment } = this.#around;
    const kept = asTexts(await keptSettings(reader, treasury.secrets, 'stellar'));
    return callWays(this.#withOwnContract(resolveCallSettings(environment, kept)));
  }

  /** The simulated network of a sandbox comes with a contract that pays. */
  #withOwnContract(settings: ResolvedSettings): ResolvedSettings {
    const { call, rpcUrl, horizonUrl } = settings;
    if (this.#around.network !== 'sandbox' || call !== null || rpcUrl !== null || horizonUrl !== null) return settings;
    const own = { contract: WINNINGS, method: 'distribute_winnings', arguments: [...USUAL_ARGUMENTS] };
    return { ...settings, call: own };
  }

  /** Null where no source account is set: then nothing goes out on Stellar here. */
  async configured(): Promise<Configured | null> {
    const settings = await this.settings();
    const { source } = settings;
    if (source === null) return null;
    const urls = await this.#urls(settings);
    if (!urls) return null;
    const { networkPassphrase, rpcUrl, horizonUrl } = urls;
    this.#refuseWrongWorld(networkPassphrase);
    const name = networkName(networkPassphrase);
    const known = await this.#around.treasury.writer.db
      .selectFrom('assets')
      .select('id')
      .where('network', '=', `stellar:${name}`)
      .execute();
    const assets = known.map(({ id }) => chainAssetOf(id));
    const rail = stellarRail({ networkPassphrase, rpcUrl, horizonUrl, assets });
    return { settings, networkPassphrase, source, rail };
  }

  async require(): Promise<Configured> {
    const configured = await this.configured();
    if (configured) return configured;
    throw notConfigured((await this.settings()).source === null ? 'PAYOUT_SOURCE_ACCOUNT' : 'SOROBAN_RPC_URL');
  }

  deskOf({ settings, source, rail }: Configured, { actor, origin }: CommandName): ChainDesk {
    const { mode, maxFeeMinor, submissionsMax, pollMs, pollsMax } = settings;
    return {
      treasury: this.#around.treasury,
      actor,
      origin,
      rail,
      names: this.#around.names,
      settings: { source, mode, maxFeeMinor, submissionsMax, pollMs, pollsMax },
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    };
  }

  hotKeyOf({ settings, networkPassphrase }: Configured): HotKey | null {
    if (settings.mode !== 'hot_key') return null;
    return { signer: hotSigner(settings.hotSecrets, networkPassphrase), caps: settings.hotCaps };
  }

  feeAccountOf({ settings: { feeAccount }, networkPassphrase }: Configured): FeeAccount | null {
    if (!feeAccount) return null;
    const { address, secrets, dailyCapMinor, bumpAfterMs } = feeAccount;
    return { address, signer: hotSigner(secrets, networkPassphrase), dailyCapMinor, bumpAfterMs };
  }

  /** One for the whole vault, so that a second window is told that it is busy. */
  device(): Promise<LedgerDevice> {
    this.#device ??= this.#openDevice();
    return this.#device;
  }

  /** Calls off what a person is asked on the Ledger; false where nobody is. */
  async stopAsking(): Promise<boolean> {
    if (!this.askedOnDevice.stop()) return false;
    (await this.#device)?.stop();
    return true;
  }

  /** What has stood in the way of using the Ledger since then; null where its last answer was one. */
  get deviceTrouble(): DeviceTrouble | null {
    return this.#deviceTrouble;
  }

  #noteAnswer(error: unknown): void {
    const code = error instanceof Refusal && !SAID_NO.has(error.code) ? error.code : null;
    if (code === this.#deviceTrouble?.code) return;
    this.#deviceTrouble = code === null ? null : { code, atMs: this.#around.treasury.clock.nowMs() };
  }

  async #openDevice(): Promise<LedgerDevice> {
    const own = await this.ownLedger();
    const named = this.#namedLedger();
    const url = own?.url ?? (named === 'usb' ? null : named);
    const at = url === null ? { kind: 'usb' as const } : { kind: 'emulator' as const, url };
    return new LedgerDevice(new DeviceChannel(at, this.#around.startDevice), needsBlindSigning, (error) =>
      this.#noteAnswer(error),
    );
  }

  /** `usb`, the address of an emulator, or null where nothing is said. */
  #namedLedger(): string | null {
    const named = this.#around.environment.COUNTERSIGN_LEDGER?.trim() ?? '';
    return named === '' ? null : named;
  }

  /** The simulated Ledger of a sandbox; null where money is real, or where another device was named. */
  async ownLedger(): Promise<OwnLedger | null> {
    if (this.#around.network !== 'sandbox' || this.#namedLedger() !== null) return null;
    this.#ownLedger ??= startOwnLedger();
    return this.#ownLedger;
  }

  /** Opens their accounts on this vault's own simulated network; null where it pays on another, or from another account. */
  async peopleInSandbox(wish: { readonly count: number; readonly seed: string }): Promise<StellarContent | null> {
    if (this.#around.network !== 'sandbox') return null;
    const { source, rpcUrl, horizonUrl } = await this.settings();
    const ledger = ownLedgerKey();
    if (rpcUrl !== null || horizonUrl !== null || (source !== null && source !== ledger.address)) return null;
    return peopleOnNetwork((await this.#ownNetwork.here()).network, ledger, wish);
  }

  async close(): Promise<void> {
    (await this.#device)?.close();
    await (await this.#ownLedger)?.close();
    await this.#ownNetwork.close();
  }

  async #urls({ networkPassphrase, rpcUrl, horizonUrl }: ResolvedSettings) {
    if (rpcUrl !== null || horizonUrl !== null) {
      const passphrase = networkPassphrase ?? (this.#around.network === 'sandbox' ? SANDBOX_PASSPHRASE : null);
      if (passphrase === null) throw notConfigured('STELLAR_NETWORK_PASSPHRASE');
      return { networkPassphrase: passphrase, rpcUrl, horizonUrl };
    }
    if (this.#around.network !== 'sandbox') return null;
    const { rpcUrl: ownRpc = null, horizonUrl: ownHorizon = null } = await this.#ownNetwork.urls();
    return { networkPassphrase: SANDBOX_PASSPHRASE, rpcUrl: ownRpc, horizonUrl: ownHorizon };
  }

  /** Money of a sandbox is no money, and money is none of a sandbox's. */
  #refuseWrongWorld(networkPassphrase: string): void {
    const name = networkName(networkPassphrase);
    if (this.#around.network === 'sandbox' && name === 'public') {
      throw badSetting('STELLAR_NETWORK_PASSPHRASE', 'A sandbox vault does not pay on the public network.');
    }
    if (this.#around.network === 'live' && name === 'sandbox') {
      throw badSetting('STELLAR_NETWORK_PASSPHRASE', 'A vault with real money does not pay on the simulated network.');
    }
  }
}
