import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const PACKAGE = resolve(import.meta.dirname, "../src/mien");
const MODELS: Record<string, string> = {
  blazeface_short: "weights/mediapipe/blazeface_short.onnx",
  face_mesh: "weights/mediapipe/face_mesh.onnx",
  expression: "weights/expression.onnx",
};

/** Serves the package's models while developing, as the platform's server does. */
function models(): Plugin {
  const address = (name: string) => {
    const bytes = readFileSync(resolve(PACKAGE, MODELS[name]!));
    return `/models/${createHash("sha256").update(bytes).digest("hex")}/${name}.onnx`;
  };
  return {
    name: "mien-models",
    apply: "serve",
    configureServer(server) {
      server.middlewares.use("/models", (request, response, next) => {
        if (request.url === "/index.json") {
          const names = Object.keys(MODELS).map((name) => [name, address(name)]);
          response.end(JSON.stringify(Object.fromEntries(names)));
          return;
        }
        const name = /([a-z_]+)\.onnx$/.exec(request.url ?? "")?.[1];
        const file = name && MODELS[name];
        if (file) response.end(readFileSync(resolve(PACKAGE, file)));
        else next();
      });
    },
  };
}

export default defineConfig({
  plugins: [svelte(), models()],
  build: {
    outDir: resolve(PACKAGE, "server/ui"),
    emptyOutDir: true,
    target: "es2022",
    // The runtime's WebAssembly must stay a file of its own, never a data address.
    assetsInlineLimit: 0,
  },
  worker: { format: "es" },
  server: {
    // The design tokens lie in the package, where the report needs them.
    fs: { allow: [resolve(import.meta.dirname), resolve(PACKAGE, "report")] },
    proxy: { "/api": process.env["MIEN_SERVER"] ?? "http://127.0.0.1:8000" },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
