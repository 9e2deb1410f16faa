/** Other ways into a knowledge point than its own text. */
import type { PointView } from "../api/types.ts";

export type Way = "fuller" | "easier" | "story";

export const WAYS: readonly {
  readonly way: Way;
  readonly part: keyof Pick<PointView, "fuller_html" | "easier_html" | "story_html">;
  readonly name: string;
}[] = [
  { way: "fuller", part: "fuller_html", name: "The fuller explanation" },
  { way: "easier", part: "easier_html", name: "An easier way in" },
  { way: "story", part: "story_html", name: "The story behind it" },
];
