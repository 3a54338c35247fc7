/**
 * Where a request goes that others make us send: a webhook, a name that a file gave. The host's name
 * is looked up once, what it stands for is checked, and that very address is connected to: a name that
 * says something else the next moment gains nothing.
 */
import { Resolver, lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-addresses.ts';

export type Places = readonly { readonly address: string; readonly family: number }[];
/** What a host's name stands for. */
export type PlaceLookup = (hostname: string) => Promise<Places>;

export interface PlaceRules {
  /** Whether this machine and its network may be asked, as in a sandbox. */
  readonly privateAllowed: boolean;
  readonly lookup?: PlaceLookup;
}

const everyAddress: PlaceLookup = (hostname) => systemLookup(hostname, { all: true });

/**
 * For names that anybody may have written. The system's lookup has a few places for the whole program,
 * and one that nobody answers keeps its place: a file of such names would keep everything else waiting.
 * This one has no places to keep, and gives up by itself.
 */
export function publicNames({
  servers,
  answerMsMax = 2_500,
}: {
  readonly servers?: readonly string[];
  readonly answerMsMax?: number;
} = {}): PlaceLookup {
  return async (hostname) => {
    const resolver = new Resolver({ timeout: answerMsMax, tries: 2 });
    if (servers) resolver.setServers(servers);
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason;
    return [
      ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
      ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
    ];
  };
}

/** Why nothing is sent there, or the addresses that are connected to. */
export async function placesOf({ protocol, hostname }: URL, rules: PlaceRules): Promise<Places | string> {
  if (protocol !== 'https:' && !rules.privateAllowed) return 'Only encrypted connections are made.';
  const bare = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  let places: Places;
  try {
    places = family === 0 ? await (rules.lookup ?? everyAddress)(bare) : [{ address: bare, family }];
  } catch (error) {
    return `The name ${bare} is not known: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!rules.privateAllowed && places.some((place) => !isPublicAddress(place.address)))
    return 'It stands for an address of a private network.';
  return places.length === 0 ? `The name ${bare} stands for no address.` : places;
}

/** A lookup cannot be called off; what it says too late is not listened to. */
export async function placesInTime(url: URL, rules: PlaceRules, untilMs: number): Promise<Places | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('Its name was not found in time.'), untilMs - performance.now());
  });
  try {
    return await Promise.race([placesOf(url, rules), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For a request that goes to these, whatever its name says by then. */
export const pinnedTo =
  (places: Places): LookupFunction =>
  (_hostname, options, found) => {
    const [first] = places;
    if (options.all) found(null, [...places]);
    else found(null, first?.address ?? '', first?.family);
  };
