/** The preload as it is shipped: bundled by the desktop app's own configuration, kept in memory. */
import path from 'node:path';
import { createBuilder } from 'vite';

export async function bundlePreload(): Promise<string> {
  const builder = await createBuilder({
    configFile: path.join(import.meta.dirname, '../../../main/desktop/vite.config.ts'),
    logLevel: 'error',
    build: { write: false },
  });
  const environment = builder.environments.preload;
  if (environment === undefined) throw new Error('The desktop build has no preload');
  const built = await builder.build(environment);
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !('output' in output)) throw new Error('The desktop build gave no preload');
  const [chunk, ...others] = output.output;
  if (others.length > 0) throw new Error('The preload must be one file: a sandboxed preload can load no other');
  return chunk.code;
}
