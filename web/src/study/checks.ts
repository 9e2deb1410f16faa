/** The technical check: is the camera there, can it see, do the numbers arrive? */
import { cameraIsOn, WORDS, type Phase } from "../observation/phases.ts";
import type { UploadState } from "../observation/upload.ts";
import { REASON_WORDS } from "../observation/words.ts";
import type { Reading } from "../vision/reading.ts";

export interface Check {
  readonly name: string;
  /** null: cannot be told yet. */
  readonly good: boolean | null;
  readonly words: string;
}

export function checksOf(
  phase: Phase,
  reading: Reading | null,
  upload: UploadState["kind"],
  online: boolean,
): Check[] {
  return [camera(phase), face(reading), light(reading), network(upload, online)];
}

function camera(phase: Phase): Check {
  if (cameraIsOn(phase)) return { name: "Camera", good: true, words: "On." };
  if (phase === "reading") return { name: "Camera", good: true, words: "On." };
  const { title, text } = WORDS[phase];
  return { name: "Camera", good: false, words: `${title}. ${text}` };
}

function face(reading: Reading | null): Check {
  if (!reading) return { name: "Face", good: null, words: "No picture was read yet." };
  if (reading.face) return { name: "Face", good: true, words: "You are seen." };
  const words = "Nobody is seen. Is the lens covered, or turned away? Is it dark?";
  return { name: "Face", good: false, words };
}

function light(reading: Reading | null): Check {
  if (!reading?.face) return { name: "Picture", good: null, words: "Known once a face is seen." };
  const { reason } = reading.face.quality;
  if (reason === "") return { name: "Picture", good: true, words: "Good enough to read." };
  return { name: "Picture", good: false, words: REASON_WORDS[reason] };
}

function network(upload: UploadState["kind"], online: boolean): Check {
  const name = "Network";
  if (!online) return { name, good: false, words: "This computer is offline. Numbers wait here." };
  if (upload === "waiting") return { name, good: false, words: "The platform does not answer." };
  if (upload === "signed-out") return { name, good: false, words: "You are logged out." };
  return { name, good: true, words: "Numbers arrive." };
}
