import { describe, expect, test } from 'vitest';
import { dangerousSwitches } from '../../../main/desktop/command-line.ts';

describe('switches that would let others in', () => {
  test.each([
    [['--remote-debugging-port=9222'], ['remote-debugging-port']],
    [['-remote-debugging-port=0'], ['remote-debugging-port']],
    [['--inspect'], ['inspect']],
    [['--inspect-brk=127.0.0.1:9229', 'x'], ['inspect-brk']],
    [
      ['x', '--no-sandbox', '--js-flags=--expose-gc'],
      ['no-sandbox', 'js-flags'],
    ],
    [['--Disable-Web-Security'], ['disable-web-security']],
    [['--load-extension=/tmp/x'], ['load-extension']],
    [['--ssl-key-log-file=/tmp/k'], ['ssl-key-log-file']],
  ])('exploit: %j starts the program', (args, found) => {
    expect(dangerousSwitches(args, 'linux')).toEqual(found);
  });

  test('exploit: a slash instead of dashes on Windows', () => {
    expect(dangerousSwitches(['/remote-debugging-port=9222'], 'win32')).toEqual(['remote-debugging-port']);
  });

  test.each([
    [[]],
    [['--enable-features=x', '--lang=de']],
    [['remote-debugging-port']],
    [['--', '--inspect']],
    [['/inspect']],
    [['--inspection']],
  ])('%j does not', (args) => {
    expect(dangerousSwitches(args, 'linux')).toEqual([]);
  });
});
