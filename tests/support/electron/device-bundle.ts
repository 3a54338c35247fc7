/** The program of a device's process as it is shipped: bundled by the desktop app's own configuration. */
import path from 'node:path';
import { createBuilder } from 'vite';

/** File names with their code; one of them is `device-process.js`. */
export async function bundleDeviceProcess(): Promise<ReadonlyMap<string, string>> {
  const desktop = path.join(import.meta.dirname, '../../../main/desktop');
  const builder = await createBuilder({
    configFile: path.join(desktop, 'vite.config.ts'),
    logLevel: 'error',
    build: { write: false },
  });
  const environment = builder.environments.main;
  if (environment === undefined) throw new Error('The desktop build has no main process');
  // The engine beside it takes seconds to bundle, and is none of this.
  environment.config.build.rolldownOptions.input = { 'device-process': path.join(desktop, 'device-process.ts') };
  const built = await builder.build(environment);
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((one) => ('output' in one ? one.output : []));
  return new Map(outputs.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one.code] as const] : [])));
}
