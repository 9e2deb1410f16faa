/** Where an observation stands, and what the learner is told of it. */
import type { CameraFault } from "./camera.ts";

export type Phase =
  /** Not begun, or ended. */
  | "off"
  /** The browser is asking for the camera. */
  | "asking"
  /** The models are fetched and warmed up. */
  | "loading"
  | "reading"
  | "paused"
  /** Another tab or window covers this page. */
  | "hidden"
  /** The models could not be had or opened. */
  | "failed"
  | CameraFault;

export interface PhaseWords {
  readonly title: string;
  readonly text: string;
  readonly kind: "info" | "warning" | "error";
  /** The verb of the button that goes on; null where nothing can be done here. */
  readonly action: string | null;
}

/** What each phase but plain reading says: what happened, what was kept, what to do. */
export const WORDS: Readonly<Record<Exclude<Phase, "reading">, PhaseWords>> = {
  off: {
    title: "The camera is off",
    text: "Nothing is read. When you switch it on, pictures are read on this computer and thrown away at once; only numbers are kept.",
    kind: "info",
    action: "Switch the camera on",
  },
  asking: {
    title: "Your browser asks for the camera",
    text: "Please answer its question at the edge of the window. Without the camera the lesson works just the same.",
    kind: "info",
    action: null,
  },
  loading: {
    title: "Getting ready",
    text: "The reading programs are loaded once and then kept by your browser.",
    kind: "info",
    action: null,
  },
  paused: {
    title: "Paused",
    text: "The camera is off and nothing is read. What was read before is kept.",
    kind: "info",
    action: "Go on",
  },
  hidden: {
    title: "This page is hidden",
    text: "Nothing is read while you look at another page.",
    kind: "info",
    action: null,
  },
  denied: {
    title: "The camera is not allowed",
    text: "That is fine: everything works without it. To allow it after all, use the camera or lock sign beside the page's address, then try again.",
    kind: "warning",
    action: "Try again",
  },
  missing: {
    title: "No camera was found",
    text: "Plug one in and try again, or go on without it: everything works without a camera.",
    kind: "warning",
    action: "Try again",
  },
  busy: {
    title: "Another program uses the camera",
    text: "Close it there (often a video call) and try again, or go on without it.",
    kind: "warning",
    action: "Try again",
  },
  unavailable: {
    title: "This browser gives no camera here",
    text: "The page must come over a secure address (https), and the browser must not be too old. The lesson works without a camera.",
    kind: "warning",
    action: null,
  },
  lost: {
    title: "The camera went away",
    text: "It was unplugged, switched off, or taken by another program. What was read before is kept.",
    kind: "warning",
    action: "Try again",
  },
  failed: {
    title: "The reading programs could not be started",
    text: "The network may be gone, or this browser lacks something they need. The lesson goes on without the camera; nothing is lost.",
    kind: "error",
    action: "Try again",
  },
};

/** Why nothing was read for a while that is over now. */
export type GapReason = "hidden" | "slept";

const GAP_WORDS: Readonly<Record<GapReason, string>> = {
  hidden: "while this page was hidden",
  slept: "while the computer slept or was too busy",
};

/** A sentence for a gap that ended: "Nothing was read for 12 min while …". */
export function gapSentence(reason: GapReason, seconds: number): string {
  return `Nothing was read for ${duration(seconds)} ${GAP_WORDS[reason]}. Reading goes on; what was read before is kept.`;
}

/** "45 s", "3 min", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Whether the camera's light is on. */
export function cameraIsOn(phase: Phase): boolean {
  return phase === "reading" || phase === "loading" || phase === "hidden";
}
