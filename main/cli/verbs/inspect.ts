import { createReadStream } from 'node:fs';
import { isAccountAddress } from '../../rails/stellar/address.ts';
import { type DecodedTransaction, decodeTransaction } from '../../rails/stellar/decode.ts';
import { NETWORK_NAMES, networkPassphrase } from '../../rails/stellar/networks.ts';
import { decimal } from '../../rails/stellar/operation-words.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError, verb } from '../verb.ts';

const options = {
  network: {
    type: 'string',
    value: 'NAME',
    about: `${NETWORK_NAMES.join(', ')} (the first as long as nothing is said), or a passphrase; the hash depends on it`,
  },
  keys: {
    type: 'string',
    value: 'G…,G…',
    about: 'Keys that have to have signed, separated by commas; exit code 1 when one has not, or another has',
  },
} as const;

const STDIN_BYTES_MAX = 512 * 1024;
/** Beyond this year 275760 no calendar of ours reaches. */
const SECONDS_MAX = 8_640_000_000_000n;

export const inspect = verb({
  about:
    'Say what a transaction does, from its own bytes: for a machine without network and vault. XDR is base64, a file with it, or - for standard input.',
  args: ['XDR'],
  options,
  async run({ args, options: { network = 'public', keys }, terminal }) {
    const asked = keys === undefined ? [] : keyList(keys);
    const given = await textOf(args.XDR, terminal);
    const decoded = decodeTransaction(given, passphraseOf(network), asked);
    const missing = asked.filter((key) => !decoded.signatures.some(({ validFor }) => validFor === key));
    const unknown = decoded.signatures.filter(({ validFor }) => validFor === null);
    const broken = unknown.filter(({ saidBy }) => saidBy !== null);
    const ok = asked.length === 0 ? broken.length === 0 : missing.length === 0 && unknown.length === 0;
    const elsewhere = broken.length > 0 ? networkThatFits(given, asked) : null;
    return { ok, json: { ...decoded, missing }, text: told(decoded, missing, elsewhere) };
  },
});

function keyList(keys: string): readonly string[] {
  const list = keys.split(',').map((key) => key.trim());
  const wrong = list.find((key) => !isAccountAddress(key));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no key (G…).`);
  return list;
}

/** No passphrase is a single word; one that is mistyped would only give another hash. */
function passphraseOf(network: string): string {
  const passphrase = networkPassphrase(network);
  if (passphrase === network && !network.trim().includes(' ')) {
    throw new UsageError(`"${network}" is no network known here (${NETWORK_NAMES.join(', ')}), and no passphrase.`);
  }
  return passphrase;
}

/** Whoever forgot to name the network is told which one it is. */
function networkThatFits(given: string, keys: readonly string[]): string | null {
  const fits = (name: string) =>
    decodeTransaction(given, networkPassphrase(name), keys).signatures.every(({ validFor }) => validFor !== null);
  return NETWORK_NAMES.find(fits) ?? null;
}

/** In base64 there is no dot: what has one is the name of a file. */
async function textOf(given: string, { stdin }: Terminal): Promise<string> {
  if (given === '-') return readAll(stdin);
  return given.includes('.') ? readAll(createReadStream(given)) : given;
}

async function readAll(source: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk as Buffer);
    size += bytes.length;
    chunks.push(bytes);
    // Enough to be refused as too large.
    if (size > STDIN_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).toString('utf8').trim();
}

function told(decoded: DecodedTransaction, missing: readonly string[], elsewhere: string | null): readonly string[] {
  const { feeBump, memo } = decoded;
  return [
    row('Network', decoded.networkPassphrase),
    row('Hash', inGroups(decoded.hashHex)),
    ...inRows(decoded.hashWords).map((words, index) => row(index === 0 ? 'in words' : '', words)),
    row('', '(BIP-39 words of the hash, to compare; not a seed phrase)'),
    ...(feeBump === null
      ? []
      : [row('Fee bump', `${feeBump.source} pays at most ${lumens(feeBump.maxFeeStroops)} for all of it`)]),
    row('Source', decoded.source),
    row('Sequence', String(decoded.sequence)),
    row('Max fee', feeWords(decoded)),
    ...conditionRows(decoded),
    row('Memo', memo === null ? 'none' : `${memo.type} ${memo.value}`),
    '',
    ...decoded.operations.flatMap(({ words, source }, index) => [
      `${index + 1}. ${words}`,
      ...(source === null ? [] : [`   from ${source}`]),
    ]),
    '',
    ...signatureRows(decoded),
    ...(elsewhere === null ? [] : [row('', `It is valid on another network: --network ${elsewhere}`)]),
    ...missing.map((key) => row('Missing', key)),
  ];
}

function signatureRows({ signatures }: DecodedTransaction): readonly string[] {
  if (signatures.length === 0) return [row('Signatures', 'none')];
  return signatures.map(({ hintHex, validFor, saidBy }) => {
    if (validFor !== null) return row('Signature', `valid, by ${validFor}`);
    if (saidBy !== null) return row('Signature', `NOT VALID, though it names ${saidBy}`);
    return row('Signature', `${hintHex} is by none of the keys known here`);
  });
}

function conditionRows({ conditions }: DecodedTransaction): readonly string[] {
  const { minTime, maxTime, minLedger, maxLedger, minSequence, minSequenceAge, minSequenceLedgerGap } = conditions;
  return [
    row('Valid from', minTime === 0n ? 'any time' : time(minTime)),
    row('Valid until', maxTime === 0n ? 'for ever' : time(maxTime)),
    ...(minLedger === 0 && maxLedger === 0 ? [] : [row('Ledgers', `${minLedger} to ${maxLedger || 'any'}`)]),
    ...(minSequence === null ? [] : [row('Sequence at least', String(minSequence))]),
    ...(minSequenceAge === 0n ? [] : [row('Sequence age', `${minSequenceAge} seconds`)]),
    ...(minSequenceLedgerGap === 0 ? [] : [row('Sequence gap', `${minSequenceLedgerGap} ledgers`)]),
    ...conditions.extraSigners.map((signer) => row('Extra signer', signer)),
  ];
}

function feeWords({ maxFeeStroops, resourceFeeStroops }: DecodedTransaction): string {
  const resources = resourceFeeStroops === null ? '' : `, ${lumens(resourceFeeStroops)} of it for resources`;
  return `${lumens(maxFeeStroops)}${resources}`;
}

function lumens(stroops: bigint): string {
  return `${decimal(stroops)} XLM`;
}

function time(seconds: bigint): string {
  if (seconds > SECONDS_MAX) return `${seconds} seconds after 1970`;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function inGroups(hex: string): string {
  return (hex.match(/.{1,8}/g) ?? []).join(' ');
}

function inRows(words: readonly string[]): readonly string[] {
  const perRow = 6;
  return Array.from({ length: Math.ceil(words.length / perRow) }, (_, index) =>
    words.slice(index * perRow, (index + 1) * perRow).join(' '),
  );
}

function row(title: string, value: string): string {
  return `${title.padEnd(12)} ${value}`;
}
