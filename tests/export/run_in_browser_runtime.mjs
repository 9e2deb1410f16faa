// Runs an exported file in onnxruntime-web, the runtime of the browser:
// node run_in_browser_runtime.mjs WEB_FOLDER MODEL SHAPE VALUES
// SHAPE as 2,3,48,48; VALUES a file of float32. Prints the logits as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [web, model, shape, values] = process.argv.slice(2);
const ort = createRequire(resolve(web, "package.json"))("onnxruntime-web/wasm");
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(readFileSync(model));
const bytes = readFileSync(values);
const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const image = new ort.Tensor("float32", floats, shape.split(",").map(Number));
const { logits } = await session.run({ image });
console.log(JSON.stringify({ inputs: session.inputNames, logits: [...logits.data] }));
