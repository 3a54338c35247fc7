/**
 * The process that talks with the device, and nothing else: whatever hangs or crashes in a driver
 * takes only this with it. It answers one question at a time and keeps nothing between two.
 */
import { createRequire } from 'node:module';
import { type FromDevice, type Question, type Reply, type RunningApp, type ToDevice, toDevice } from './messages.ts';
import { openTransport, type Transport } from './transports.ts';
import { troubleOf } from './troubles.ts';

const require = createRequire(import.meta.url);

const OS_CLASS = 0xb0;
const NAME_AND_VERSION = 0x01;
const NAME_AND_VERSION_FORMAT = 1;

process.on('message', (message: unknown) => {
  const { id, device, question } = toDevice.parse(message);
  answerTo(device, question).then(
    (reply) => say({ id, reply }),
    (error: unknown) => say({ id, trouble: troubleOf(error) }),
  );
});
// Without the program there is nobody to answer.
process.on('disconnect', () => process.exit());

function say(message: FromDevice): void {
  process.send?.(message);
}

/** Opened for each question, so that between two of them the device is free for others. */
async function answerTo(device: ToDevice['device'], question: Question): Promise<Reply> {
  const transport = await openTransport(device);
  try {
    return await ask(transport, question);
  } finally {
    await transport.close();
  }
}

async function ask(transport: Transport, question: Question): Promise<Reply> {
  switch (question.about) {
    case 'app':
      return { about: 'app', app: await runningApp(transport) };
    case 'key': {
      const { rawPublicKey } = await stellar(transport).getPublicKey(question.path, question.shown);
      return { about: 'key', publicKey: rawPublicKey };
    }
    case 'signature':
      return { about: 'signature', signature: await signature(transport, question) };
  }
}

async function signature(
  transport: Transport,
  { of, path, bytes }: Extract<Question, { about: 'signature' }>,
): Promise<Buffer> {
  const app = stellar(transport);
  const data = Buffer.from(bytes);
  switch (of) {
    case 'transaction':
      return (await app.signTransaction(path, data)).signature;
    case 'authorization':
      return (await app.signSorobanAuthorization(path, data)).signature;
    case 'hash':
      return (await app.signHash(path, data)).signature;
  }
}

async function runningApp(transport: Transport): Promise<RunningApp> {
  const { name, version } = nameAndVersion(await transport.send(OS_CLASS, NAME_AND_VERSION, 0, 0));
  if (name !== 'Stellar') return { name, version, stellar: null };
  const { hashSigningEnabled, maxDataSize } = await stellar(transport).getAppConfiguration();
  return { name, version, stellar: { blindSigning: hashSigningEnabled, dataBytesMax: maxDataSize ?? null } };
}

/** A format, then name and version, each behind its length; flags and the status word follow. */
function nameAndVersion(bytes: Buffer): { readonly name: string; readonly version: string } {
  if (bytes.readUInt8(0) !== NAME_AND_VERSION_FORMAT) throw new Error('The device names its app in an unknown format.');
  const nameEnd = 2 + bytes.readUInt8(1);
  const versionEnd = nameEnd + 1 + bytes.readUInt8(nameEnd);
  return {
    name: bytes.subarray(2, nameEnd).toString('latin1'),
    version: bytes.subarray(nameEnd + 1, versionEnd).toString('latin1'),
  };
}

function stellar(transport: Transport) {
  const { default: Str } = require('@ledgerhq/hw-app-str') as typeof import('@ledgerhq/hw-app-str');
  return new Str(transport);
}
