// Builds the page into web/dist. Everything is local and addressed relatively, so that the exchange
// can serve it at any path and without a network.

import { defineConfig } from "vite";

const EXCHANGE = process.env["OUTCRY_URL"] ?? "http://localhost:8000";

export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
  },
  // `npx vite web`: the page from the sources, the data from a running exchange.
  server: {
    proxy: {
      "/instruments": EXCHANGE,
      "/history": EXCHANGE,
      "/ws": { target: EXCHANGE, ws: true },
    },
  },
});
