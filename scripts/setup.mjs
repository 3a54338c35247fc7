/**
 * What a fresh clone lacks, brought in before anything else runs. Every command of package.json
 * starts here on whatever Node the machine has, so this file and the other .mjs scripts keep to
 * what Node 20 understands and import no package. When nothing is missing it costs a few
 * milliseconds. All it says goes to stderr: stdout belongs to the command.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const NODE_MAJOR_MIN = 24;
const BIN = path.join(ROOT, 'node_modules', '.bin');
const IS_WINDOWS = process.platform === 'win32';

/** Something a person can mend: shown as its sentence alone, without a stack. */
export class SetupError extends Error {}

/** Installs what is missing; gives the Node that runs the program. */
export function setUp() {
  if (!isInstalled()) install();
  return ownNode();
}

/** Runs a script's work; a `SetupError` ends the process with its sentence. */
export async function main(work) {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/**
 * Runs a program in this one's place: same streams, same signals, same end. With `quiet`, gives
 * what it printed instead of showing it.
 */
export function run(command, args, { env = {}, cwd = process.cwd(), quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env, PATH: [BIN, process.env.PATH].join(path.delimiter) },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));

    // A terminal gives Ctrl-C to the whole group: the child has it already, and is only waited for.
    const pass = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    const release = () => {
      for (const signal of signals) process.off(signal, pass);
    };
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('close', (code, signal) => {
      release();
      // Who waits for us should see the end the child came to.
      if (signal !== null && !quiet) process.kill(process.pid, signal);
      resolve(quiet ? { code: code ?? 1, output } : (code ?? 1));
    });
  });
}

/** Installed is what npm's own record of node_modules agrees on with the lock file, package by package. */
function isInstalled() {
  const record = path.join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = readJson(path.join(ROOT, 'package-lock.json')).packages;
  const present = readJson(record).packages;
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '') return true;
    const found = present[place];
    if (found === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function install() {
  console.error('Installing packages (once, takes a minute) …');
  // npm must not run on the Node that it is about to replace.
  const clean = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== BIN);
  const { status, error } = spawnSync('npm', ['ci'], {
    cwd: ROOT,
    env: { ...process.env, PATH: clean.join(path.delimiter) },
    stdio: ['ignore', 2, 2],
    shell: IS_WINDOWS,
  });
  if (error?.code === 'ENOENT')
    throw new SetupError('npm is not on the PATH. Install Node.js with npm, then try again.');
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new SetupError('The packages could not be installed: `npm ci` failed, its reasons are above.');
}

/**
 * The Node that came as a package. An install that skipped scripts leaves `node_modules/.bin/node`
 * without its binary, so the platform's own package is asked first. An older Node would not fail
 * politely: the database driver crashes below 22.
 */
function ownNode() {
  const executable = IS_WINDOWS ? 'node.exe' : path.join('bin', 'node');
  const places = [
    path.join(ROOT, 'node_modules', `node-${IS_WINDOWS ? 'win' : process.platform}-${process.arch}`, executable),
    path.join(BIN, IS_WINDOWS ? 'node.exe' : 'node'),
    process.execPath,
  ];
  const fit = places.find((place) => existsSync(place) && majorOf(place) >= NODE_MAJOR_MIN);
  if (fit !== undefined) return fit;
  throw new SetupError(
    `Countersign needs Node ${NODE_MAJOR_MIN}. Its package \`node\` has none for ${process.platform}-${process.arch} ` +
      `and this machine has ${process.version}. Install Node ${NODE_MAJOR_MIN} and try again.`,
  );
}

function majorOf(node) {
  if (node === process.execPath) return Number.parseInt(process.versions.node, 10);
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return Number.parseInt(stdout?.slice(1) ?? '', 10) || 0;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
