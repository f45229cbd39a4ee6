import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/**
 * main/ → out/main/electron.js, preload/ → out/preload/index.cjs, renderer/ → out/renderer/.
 *
 * The same out/renderer is served by app:// and by the loopback host, so every path in it is relative, and nothing in
 * it needs 'unsafe-inline': no inline script, no inlined module-preload polyfill, no data: assets.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        input: { electron: 'main/electron.ts' },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload can require nothing but electron: everything goes into the one file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'renderer',
    base: './',
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      // The loopback host opens the user's own browser, not only Electron's.
      target: 'es2023',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: 'renderer/index.html' },
    },
  },
});
