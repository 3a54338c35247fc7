/** `node scripts/test-totals.mjs REPORT`: the totals of the runner's JSON report in one plain line. */
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';

const [file] = process.argv.slice(2);
if (!existsSync(file)) {
  console.error('The test runner left no report: it did not come to its end.');
  process.exit(1);
}
const report = JSON.parse(readFileSync(file, 'utf8'));
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`);
// A file that never ran has no failed tests to count.
if (!report.success) process.exitCode = 1;
