/** The program of a device's process under Electron: the same answers, over Electron's own port. */

import { bundledLibraries } from '../signing/ledger/bundled-libraries.ts';
import { answerTo } from '../signing/ledger/device-answers.ts';

process.parentPort.on('message', ({ data }) => {
  void answerTo(bundledLibraries, data).then((answer) => process.parentPort.postMessage(answer));
});
