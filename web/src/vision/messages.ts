/** What the page and the vision worker say to each other. */
import type { Reading } from "./reading.ts";
import type { Box } from "./picture.ts";

export type Request =
  | { readonly kind: "start"; readonly affect: boolean }
  | {
      readonly kind: "read";
      readonly id: number;
      /** Handed over, not copied; it comes back with the reading. */
      readonly picture: ImageBitmap;
      readonly previous: Box | null;
    };

export type Answer =
  | { readonly kind: "loading"; readonly bytes: number }
  | { readonly kind: "ready"; readonly warmUpMs: number }
  | { readonly kind: "failed"; readonly message: string }
  | {
      readonly kind: "reading";
      readonly id: number;
      readonly reading: Reading;
      /** The picture that was read, handed back for the self view. */
      readonly picture: ImageBitmap;
      /** Milliseconds in the worker, from the picture to the reading. */
      readonly tookMs: number;
    }
  | { readonly kind: "unread"; readonly id: number; readonly message: string };
