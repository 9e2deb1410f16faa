/** Sends a file to the platform as bare bytes, telling how far it is. */
import { pageHeaders, Problem, problemOf } from "./send.ts";

/**
 * Sends a file as it is, telling how much of it has gone (0 to 1).
 *
 * Raises Problem where it is refused, TypeError where the platform cannot be reached.
 */
export function sendFile<T>(
  method: "POST" | "PUT",
  path: string,
  file: Blob,
  progress: (share: number) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, `/api/v1${path}`);
    for (const [name, value] of Object.entries(pageHeaders())) {
      request.setRequestHeader(name, value);
    }
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText || "null") as T);
      else void refusal(request).then(reject);
    };
    request.onerror = () => reject(new TypeError("The platform cannot be reached."));
    request.send(file);
  });
}

async function refusal(request: XMLHttpRequest): Promise<Problem> {
  return problemOf(new Response(request.responseText, { status: request.status }));
}
