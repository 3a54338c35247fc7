import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appProfile } from '../../../../main/sandbox/ledger-device/app-profiles.ts';
import { PUBLIC_TEST_WORDS, seedOf } from '../../../../main/sandbox/ledger-device/keys.ts';
import { reviewPages } from '../../../../main/sandbox/ledger-device/pages.ts';
import { readRequest } from '../../../../main/sandbox/ledger-device/request.ts';
import { Refused } from '../../../../main/sandbox/ledger-device/status.ts';
import { StellarApp } from '../../../../main/sandbox/ledger-device/stellar-app.ts';
import { recordedCases } from './vectors.ts';

const seed = seedOf(PUBLIC_TEST_WORDS);
const requests = recordedCases().flatMap(({ apdus }) => apdus.map(({ request }) => Buffer.from(request, 'hex')));
const oneRequest = requests.filter((request) => request.length > 60);

/** What comes of bytes: an answer, a review that can be shown, or a status. Anything else is thrown. */
function answerTo(app: StellarApp, bytes: Buffer): 'answered' | 'asked' | 'refused' {
  try {
    const outcome = app.handle(readRequest(bytes));
    if (outcome.kind === 'answer') return 'answered';
    expect(reviewPages(outcome.review).length).toBeGreaterThan(2);
    return 'asked';
  } catch (error) {
    if (error instanceof Refused) return 'refused';
    throw error;
  }
}

describe.each(['5.6.0', '6.0.0'])('the app %s', (version) => {
  const opened = () => new StellarApp(seed, appProfile(version, 'nano-s-plus'));

  test('answers, asks or refuses whatever it is sent', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 5 }), (sent) => {
        const app = opened();
        for (const bytes of sent) expect(answerTo(app, Buffer.from(bytes))).toBeTypeOf('string');
      }),
    );
  });

  test('answers, asks or refuses a real request of which some bytes are others', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...oneRequest),
        fc.array(fc.tuple(fc.nat(250), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (request, changes) => {
          const changed = Buffer.from(request);
          // The header stays, so that the app gets to read what is behind it.
          for (const [at, value] of changes) changed[Math.min(5 + at, changed.length - 1)] = value;
          seen.add(answerTo(opened(), changed));
        },
      ),
      { numRuns: 3_000 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(['asked', 'refused']));
  });
});
