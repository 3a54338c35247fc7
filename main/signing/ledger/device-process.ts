/**
 * The process that talks with the device, and nothing else: whatever hangs or crashes in a driver
 * takes only this with it.
 */
import { answerTo } from './device-answers.ts';
import { requiredLibraries } from './libraries.ts';

process.on('message', (message: unknown) => {
  void answerTo(requiredLibraries, message).then((answer) => process.send?.(answer));
});
// Without the program there is nobody to answer.
process.on('disconnect', () => process.exit());
