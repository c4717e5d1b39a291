import { describe, expect, it } from "vitest";

import { bar } from "#src/cli/progress.ts";

describe("the bar", () => {
  it("shows how much is done", () => {
    expect(bar("1200 Pods", 0.5, 60)).toBe("1200 Pods [====================>                   ]  50%");
    expect(bar("1200 Pods", 1, 60)).toBe("1200 Pods [========================================] 100%");
  });

  it("fits a narrow terminal, without its last column", () => {
    for (const columns of [1, 10, 16, 20, 25, 40, 80])
      for (const fraction of [undefined, 0, 0.5, 1])
        expect(bar("1200 Pods", fraction, columns).length).toBeLessThan(columns);
  });

  it("has no end that nobody knows, and none beyond the whole", () => {
    expect(bar("1200 Pods", undefined, 80)).toBe("1200 Pods");
    expect(bar("1200 Pods", 1.2, 30)).toBe(bar("1200 Pods", 1, 30));
  });
});
