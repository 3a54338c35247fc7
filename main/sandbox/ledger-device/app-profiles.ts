/**
 * What sets the versions of the Stellar app apart. 5.6.0 answers as the recorded app does; of 6.x
 * only its documentation is known, and it is followed here.
 */

export interface AppProfile {
  readonly version: readonly [major: number, minor: number, patch: number];
  readonly dataBytesMax: number;
  readonly operationsMax: number;
  /** Whether the person switches blind signing; where not, it is always on. */
  readonly blindSigningSwitch: boolean;
  /** Contract calls, authorizations and hashes are blind; otherwise only what it cannot recognise. */
  readonly contractsAreBlind: boolean;
  /** The app notices bytes that its review does not reach. */
  readonly readsToTheEnd: boolean;
  /** A path has three elements; otherwise any number that a derivation takes. */
  readonly pathOfThree: boolean;
  readonly signsMessages: boolean;
  /** Time bounds and one's own account as source are part of the review. */
  readonly showsConditions: boolean;
}

const FIVE: Omit<AppProfile, 'version'> = {
  dataBytesMax: 10_240,
  operationsMax: 35,
  blindSigningSwitch: false,
  contractsAreBlind: false,
  readsToTheEnd: false,
  pathOfThree: false,
  signsMessages: false,
  showsConditions: true,
};

const SIX: Omit<AppProfile, 'version'> = {
  dataBytesMax: 8_192,
  operationsMax: 100,
  blindSigningSwitch: true,
  contractsAreBlind: true,
  readsToTheEnd: true,
  pathOfThree: true,
  signsMessages: true,
  showsConditions: false,
};

/** The versions that are known in full; others of 5.x and 6.x behave as these. */
export const APP_VERSIONS = ['5.6.0', '6.0.0'] as const;

export type DeviceModel = 'nano-s-plus' | 'nano-x';

/** Nano X has less memory, which only the newer app minds. */
const NANO_X_BYTES_MAX = 4_096;

export function appProfile(version: string, model: DeviceModel): AppProfile {
  const found = /^([56])\.(\d{1,3})\.(\d{1,3})$/.exec(version);
  if (found === null)
    throw new Error(`There is no simulated Stellar app ${version}: try ${APP_VERSIONS.join(' or ')}.`);
  const [major, minor, patch] = found.slice(1).map(Number) as [number, number, number];
  const limits = major === 5 ? FIVE : SIX;
  const dataBytesMax = major === 6 && model === 'nano-x' ? NANO_X_BYTES_MAX : limits.dataBytesMax;
  return { ...limits, dataBytesMax, version: [major, minor, patch] };
}
