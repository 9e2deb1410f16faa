/** The first run of a network is several times slower than the rest: it is made before the
 * lesson, on noise. */
import { detectFaces } from "./blazeface.ts";
import { readMesh } from "./mesh.ts";
import type { Picture } from "./picture.ts";
import { INPUT_PX } from "./preprocessing.ts";
import type { Networks } from "./reading.ts";
import { recognize } from "./recognizer.ts";

/** Runs of each network: ones after the second are no faster. */
const RUNS = 3;

export async function warmUp({ detector, mesh, expression }: Networks): Promise<void> {
  const picture = noise(640, 480);
  for (let run = 0; run < RUNS; run++) {
    await detectFaces(detector, picture);
    await readMesh(mesh, picture, { x: 320, y: 240, side: 300, rollDeg: 0 });
    if (expression) {
      const crop = new Float32Array(INPUT_PX * INPUT_PX).fill(0.5);
      await recognize(expression.network, expression.facts, crop);
    }
  }
}

function noise(width: number, height: number): Picture {
  const data = new Uint8ClampedArray(width * height * 4).map((_, i) => (i * 2654435761) >>> 24);
  return { width, height, data };
}
