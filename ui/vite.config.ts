import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.PENSTOCK_SERVER ?? "http://127.0.0.1:8420";

export default defineConfig({
  plugins: [react()],
  // The server replaces the placeholder by a fresh nonce in each page it sends.
  html: { cspNonce: "__NONCE__" },
  build: {
    target: "es2022",
    // Inlined files would need `data:` in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // Not after every view that uses it.
        chunkFileNames: ({ name }) => `assets/${name.split("~")[0]}-[hash].js`,
        codeSplitting: {
          groups: [
            // What the page cannot begin without stays apart from the rest, and small.
            { name: "shell", tags: ["$initial"], priority: 2 },
            // What several views are made of comes as a few files, not as thirty: each is a request
            // that the server answers in turn.
            {
              name: "widgets",
              test: /node_modules/,
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 8_000,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      // As if the page came from the server itself, which refuses pages of other origins.
      "/api": { target: server, changeOrigin: true, headers: { origin: server } },
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
