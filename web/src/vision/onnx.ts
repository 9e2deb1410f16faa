/** Networks run by ONNX Runtime Web: WebAssembly with SIMD, one thread, in this worker. */
import * as ort from "onnxruntime-web/wasm";
import runtimeUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";

import type { Network } from "./network.ts";

/** Where the runtime's WebAssembly lies: fetched like a model, so that progress is told. */
export const RUNTIME_URL = runtimeUrl;

/** Must be called once, before the first network is opened. */
export function useRuntime(wasm: Uint8Array): void {
  ort.env.wasm.wasmBinary = wasm;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.logLevel = "error";
}

/** Opens an ONNX file with the one input `image`. */
export async function openNetwork(file: Uint8Array): Promise<Network> {
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
  return {
    async run(image, shape) {
      const results = await session.run({ image: new ort.Tensor("float32", image, shape) });
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]),
      );
    },
  };
}
