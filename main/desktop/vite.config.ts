/**
 * Bundles the desktop app into `dist/desktop`: the main process and the engine's thread as ES
 * modules, the preload as CommonJS, because a sandboxed preload can be nothing else. Libraries are
 * bundled; what stays outside is Electron itself and the database's native module.
 */
import path from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const outDir = path.join(here, '../../dist/desktop');
const outside = ['electron', 'better-sqlite3', /^node:/];

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
      resolve: { noExternal: true, external: ['electron', 'better-sqlite3'] },
      build: {
        outDir,
        emptyOutDir: true,
        target: 'node24',
        minify: false,
        sourcemap: true,
        ssr: true,
        rolldownOptions: {
          input: { main: path.join(here, 'main.ts'), 'engine-thread': path.join(here, '../engine/thread.ts') },
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
