/**
 * Bundles the desktop app into `dist/desktop`: the main process, the engine's thread and the
 * device's process as ES modules, the preload as CommonJS, because a sandboxed preload can be nothing
 * else. Libraries are bundled; what stays outside is Electron itself and the native modules.
 */
import path from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const outDir = path.join(here, '../../dist/desktop');
/** Native modules, which are loaded from real files. */
const NATIVE = ['better-sqlite3', 'node-hid'];
const outside = ['electron', ...NATIVE, /^node:/];

export default defineConfig({
  root: here,
  publicDir: false,
  // Both are built by one `vite build`.
  builder: {
    async buildApp(builder) {
      for (const environment of Object.values(builder.environments)) {
        if (environment.name !== 'client') await builder.build(environment);
      }
    },
  },
  environments: {
    main: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['electron', ...NATIVE] },
      build: {
        outDir,
        emptyOutDir: true,
        target: 'node24',
        minify: false,
        sourcemap: true,
        ssr: true,
        rolldownOptions: {
          input: {
            main: path.join(here, 'main.ts'),
            'engine-thread': path.join(here, '../engine/thread.ts'),
            'device-process': path.join(here, 'device-process.ts'),
          },
          external: outside,
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['electron'] },
      build: {
        outDir,
        emptyOutDir: false,
        target: 'node24',
        minify: false,
        ssr: true,
        rolldownOptions: {
          input: { preload: path.join(here, 'preload.ts') },
          external: outside,
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
  },
});
