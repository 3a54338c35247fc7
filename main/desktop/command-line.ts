/**
 * Switches with which somebody who can start the program, but not change it, would get into its
 * window or memory. Chromium reads them from the command line before any of our code runs; the
 * installed program notices them and does not start.
 */
const DANGEROUS_SWITCHES: ReadonlySet<string> = new Set([
  // opens the window to whoever connects
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-allow-origins',
  'inspect',
  'inspect-brk',
  'inspect-port',
  'inspect-wait',
  'inspect-publish-uid',
  'debug-port',
  // takes down the walls around the page
  'no-sandbox',
  'disable-sandbox',
  'single-process',
  'in-process-gpu',
  'disable-web-security',
  'disable-site-isolation-trials',
  'allow-file-access-from-files',
  'allow-running-insecure-content',
  'ignore-certificate-errors',
  'ignore-certificate-errors-spki-list',
  // brings in foreign code
  'load-extension',
  'js-flags',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'require',
  'import',
  'experimental-loader',
  // sends traffic elsewhere, or writes down what it says
  'host-rules',
  'host-resolver-rules',
  'proxy-server',
  'proxy-pac-url',
  'ssl-key-log-file',
  'log-net-log',
  // replaces the keychain
  'use-mock-keychain',
]);

/**
 * The dangerous switches among a program's arguments (without the program's own name), in the
 * order found. Reads them as Chromium does: one or two dashes, on Windows also a slash and any
 * case; a lone `--` ends the switches.
 */
export function dangerousSwitches(args: readonly string[], platform: NodeJS.Platform): string[] {
  const found: string[] = [];
  const prefix = platform === 'win32' ? /^(?:--|-|\/)/ : /^(?:--|-)/;
  for (const argument of args) {
    if (argument === '--') break;
    if (!prefix.test(argument)) continue;
    const [name = ''] = argument.replace(prefix, '').split('=', 1);
    // Lower case everywhere: a switch that one system ignores is no reason to be less careful.
    const known = name.toLowerCase();
    if (DANGEROUS_SWITCHES.has(known)) found.push(known);
  }
  return found;
}
