/** What the vision code needs of a neural network; ONNX Runtime gives it, tests fake it. */
export interface Network {
  /** Runs one input of the given shape; answers the outputs by name. */
  run(image: Float32Array, shape: readonly number[]): Promise<Record<string, Float32Array>>;
}

/** The answer `name`, or an error that names the file's fault. */
export function output(outputs: Record<string, Float32Array>, name: string): Float32Array {
  const values = outputs[name];
  if (!values) {
    const known = Object.keys(outputs).join(", ");
    throw new Error(`The model has no output '${name}'; it has: ${known}.`);
  }
  return values;
}

/** RGBA bytes to three planes, each value `x / divisor + shift`. */
export function planes(
  data: Uint8ClampedArray | Uint8Array,
  divisor: number,
  shift: number,
): Float32Array {
  const count = data.length / 4;
  const result = new Float32Array(3 * count);
  for (let i = 0, at = 0; i < count; i++, at += 4) {
    result[i] = data[at]! / divisor + shift;
    result[count + i] = data[at + 1]! / divisor + shift;
    result[2 * count + i] = data[at + 2]! / divisor + shift;
  }
  return result;
}
