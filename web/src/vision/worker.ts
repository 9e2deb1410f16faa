/**
 * The vision worker: pictures in, readings out. It sends nothing and stores nothing; a
 * picture goes back to the page with its reading, for the self view, and is dropped there.
 */
import type { Answer, Request } from "./messages.ts";
import { addressOf, fetchBytes, fetchIndex } from "./models.ts";
import { readModelFacts } from "./model-facts.ts";
import { openNetwork, RUNTIME_URL, useRuntime } from "./onnx.ts";
import type { Picture } from "./picture.ts";
import { readPicture, type Networks } from "./reading.ts";
import { warmUp } from "./warm-up.ts";

let networks: Networks | null = null;
let canvas: OffscreenCanvas | null = null;

const say = (answer: Answer, handedOver: Transferable[] = []) =>
  postMessage(answer, { transfer: handedOver });

async function open(affect: boolean): Promise<Networks> {
  const index = await fetchIndex();
  const arrived = (bytes: number) => say({ kind: "loading", bytes });
  const file = (name: string) => fetchBytes(addressOf(index, name), arrived);
  const [runtime, detector, mesh, expression] = await Promise.all([
    fetchBytes(RUNTIME_URL, arrived),
    file("blazeface_short"),
    file("face_mesh"),
    affect ? file("expression") : null,
  ]);
  useRuntime(runtime);
  return {
    detector: await openNetwork(detector),
    mesh: await openNetwork(mesh),
    expression: expression && {
      facts: readModelFacts(expression),
      network: await openNetwork(expression),
    },
  };
}

function pixels(bitmap: ImageBitmap): Picture {
  const { width, height } = bitmap;
  if (!canvas || canvas.width !== width || canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height);
  }
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  if (!context) throw new Error("This browser cannot draw in a worker.");
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}

async function start(affect: boolean): Promise<void> {
  const opened = await open(affect);
  const started = performance.now();
  await warmUp(opened);
  networks = opened;
  say({ kind: "ready", warmUpMs: performance.now() - started });
}

async function read({ id, picture, previous }: Extract<Request, { kind: "read" }>): Promise<void> {
  try {
    if (!networks) throw new Error("A picture came before the models were ready.");
    const started = performance.now();
    const reading = await readPicture(networks, pixels(picture), previous);
    const tookMs = performance.now() - started;
    say({ kind: "reading", id, reading, picture, tookMs }, [picture]);
  } catch (error) {
    picture.close();
    say({ kind: "unread", id, message: String(error) });
  }
}

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.kind === "read") void read(data);
  else
    start(data.affect).catch((error: unknown) => say({ kind: "failed", message: String(error) }));
});
