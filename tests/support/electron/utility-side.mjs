/** Inside a utility process of the Electron double: Electron's port, over Node's channel. */
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';

const port = new EventEmitter();
port.postMessage = (message) => process.send(message);
process.parentPort = port;
process.on('message', (data) => port.emit('message', { data, ports: [] }));
process.on('disconnect', () => process.exit());

const [, , file] = process.argv;
await import(pathToFileURL(file).href);
