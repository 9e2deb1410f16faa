/** Fetching the model files from the platform itself. */

/** What `/models/index.json` tells: name → address of the file, its hash in the path. */
export type ModelIndex = Readonly<Record<string, string>>;

export const INDEX_URL = "/models/index.json";

/** A model file or the list of them could not be had. */
export class ModelFetchError extends Error {
  override readonly name = "ModelFetchError";
}

export async function fetchIndex(): Promise<ModelIndex> {
  const response = await get(INDEX_URL, "no-cache");
  return (await response.json()) as ModelIndex;
}

/** The address of a model; only ours are followed. */
export function addressOf(index: ModelIndex, name: string): string {
  const address = index[name];
  if (typeof address !== "string" || !/^\/models\/[\w./-]+$/.test(address)) {
    throw new ModelFetchError(`${INDEX_URL} has no address for the model '${name}'.`);
  }
  return address;
}

/** Fetches a file, telling its bytes as they come. */
export async function fetchBytes(
  address: string,
  arrived: (bytes: number) => void,
): Promise<Uint8Array> {
  const response = await get(address, "default");
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    arrived(value.length);
  }
  const file = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

async function get(address: string, cache: RequestCache): Promise<Response> {
  const response = await fetch(address, { cache, credentials: "same-origin" });
  if (!response.ok) throw new ModelFetchError(`${address} answered ${response.status}.`);
  return response;
}
