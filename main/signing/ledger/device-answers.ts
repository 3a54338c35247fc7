/** What a device is asked and what it answers, in whichever process that is: one question at a time, and nothing kept. */
import type Str from '@ledgerhq/hw-app-str';
import type { LedgerLibraries } from './libraries.ts';
import { type FromDevice, type Question, type Reply, type RunningApp, type ToDevice, toDevice } from './messages.ts';
import { openTransport, type Transport } from './transports.ts';
import { troubleOf } from './troubles.ts';

const OS_CLASS = 0xb0;
const NAME_AND_VERSION = 0x01;
const NAME_AND_VERSION_FORMAT = 1;

/** Answers a message; whatever went wrong is told as a trouble. */
export async function answerTo(libraries: LedgerLibraries, message: unknown): Promise<FromDevice> {
  const asked = toDevice.parse(message);
  try {
    return { id: asked.id, reply: await replyTo(libraries, asked) };
  } catch (error) {
    return { id: asked.id, trouble: troubleOf(error) };
  }
}

/** Opened for each question, so that between two of them the device is free for others. */
async function replyTo(libraries: LedgerLibraries, { device, question }: ToDevice): Promise<Reply> {
  const transport = await openTransport(libraries, device);
  try {
    return await ask(libraries, transport, question);
  } finally {
    await transport.close();
  }
}

async function ask(libraries: LedgerLibraries, transport: Transport, question: Question): Promise<Reply> {
  const { default: Str } = await libraries.stellar();
  const app = new Str(transport);
  switch (question.about) {
    case 'app':
      return { about: 'app', app: await runningApp(transport, app) };
    case 'key': {
      const { rawPublicKey } = await app.getPublicKey(question.path, question.shown);
      return { about: 'key', publicKey: rawPublicKey };
    }
    case 'signature':
      return { about: 'signature', signature: await signature(app, question) };
  }
}

async function signature(app: Str, { of, path, bytes }: Extract<Question, { about: 'signature' }>): Promise<Buffer> {
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

async function runningApp(transport: Transport, app: Str): Promise<RunningApp> {
  const { name, version } = nameAndVersion(await transport.send(OS_CLASS, NAME_AND_VERSION, 0, 0));
  if (name !== 'Stellar') return { name, version, stellar: null };
  const { hashSigningEnabled, maxDataSize } = await app.getAppConfiguration();
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
