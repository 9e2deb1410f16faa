import { describe, expect, it } from "vitest";

import { logInPath, nextPath } from "../src/log-in-path.ts";

describe("after a log-in", () => {
  it("one comes back to the page that was asked for", () => {
    const asked = "/courses/c/study?point=p";
    expect(nextPath(logInPath(asked).replace("/login", ""))).toBe(asked);
    expect(logInPath("/")).toBe("/login");
    expect(nextPath("")).toBe("/");
  });

  it.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])(
    "one never goes to %s",
    (next) => {
      expect(nextPath(`?next=${encodeURIComponent(next)}`)).toBe("/");
    },
  );
});
