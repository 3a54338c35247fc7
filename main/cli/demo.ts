/** `npm run demo -- …` */
import { demo } from './demo/command.ts';
import { runAsProcess } from './process.ts';
import { runCommand } from './run.ts';

const command = { name: 'demo', shown: 'npm run demo --', verb: demo };
await runAsProcess('demo', (argv, streams) => runCommand(command, argv, streams));
