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
  },
  server: {
    proxy: {
      // As if the page came from the server itself, which refuses pages of other origins.
      "/api": { target: server, changeOrigin: true, headers: { origin: server } },
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
