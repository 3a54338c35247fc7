import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The window's own bundle. Every host serves it unchanged from `dist/renderer`. */
export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the same files work below `app://` and below the loopback server.
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows fonts and scripts from files only, so nothing is inlined.
    assetsInlineLimit: 0,
    // Read from the same machine: one file is quicker than several.
    chunkSizeWarningLimit: 1_500,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
