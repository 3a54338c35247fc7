import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedDevice } from '../../../../main/sandbox/ledger-device/device.ts';
import { type RunningEmulator, startEmulator } from '../../../../main/sandbox/ledger-device/emulator-http.ts';
import { type PersonOverHttp, personAt } from './person-over-http.ts';
import { recordedCases } from './vectors.ts';

let emulator: RunningEmulator | undefined;
let person: PersonOverHttp | undefined;

afterEach(async () => {
  person?.leave();
  await emulator?.close();
});

async function exchange(url: string, request: string): Promise<string> {
  const response = await fetch(`${url}/apdu`, { method: 'POST', body: JSON.stringify({ data: request }) });
  const { data } = (await response.json()) as { data: string };
  return data;
}

describe('what the real app 5.6.0 was asked, asked of the simulated one over a socket', () => {
  const cases = recordedCases();

  test('is all that was recorded', () => {
    expect(cases).toHaveLength(69);
  });

  test.each(cases)('$name: the same answers to the byte, and the same pages', async (recorded) => {
    emulator = await startEmulator(new SimulatedDevice({ seed: recorded.mnemonic, app: '5.6.0' }));
    person = await personAt(emulator.url);
    const answers: string[] = [];
    const pages: string[] = [];
    for (const { request, decision } of recorded.apdus) {
      const answered = exchange(emulator.url, request);
      if (decision !== undefined) pages.push(...(await person.decide(decision, recorded.rejectedAt ?? 'end')));
      answers.push(await answered);
    }
    expect(answers).toEqual(recorded.apdus.map(({ response }) => response));
    expect(pages).toEqual(recorded.screens ?? []);
  });
});
