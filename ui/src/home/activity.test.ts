import { describe, expect, it } from "vitest";
import { barsOf, beginningOfSpan, roundUp, SPANS } from "./activity";

describe("a span of time", () => {
  const now = new Date(2026, 10, 24, 10, 42);

  it("ends with the hour or the day that it is now", () => {
    expect(beginningOfSpan("day", now)).toEqual(new Date(2026, 10, 23, 11));
    expect(beginningOfSpan("fortnight", now)).toEqual(new Date(2026, 10, 11));
    expect(beginningOfSpan("quarter", now)).toEqual(new Date(2026, 7, 27));
  });

  it("has a bar for each step, also where nothing ran", () => {
    const begin = new Date("2026-11-11T00:00:00Z");
    const bars = barsOf(
      [
        { start: "2026-11-11T00:00:00Z", failed: 2, unended: 1 },
        { start: "2026-11-24T00:00:00Z", succeeded: 5 },
        { start: "2026-12-24T00:00:00Z", succeeded: 9 },
      ],
      begin,
      "fortnight",
    );
    expect(bars).toHaveLength(SPANS.fortnight.bars);
    expect(bars[0]).toMatchObject({ failed: 2, unended: 1, succeeded: 0, total: 3 });
    expect(bars.at(-1)).toMatchObject({ succeeded: 5, total: 5 });
    expect(bars.reduce((sum, bar) => sum + bar.total, 0)).toBe(8);
  });
});

describe("the top of a chart", () => {
  it.each([
    [0, 4],
    [4, 4],
    [5, 5],
    [7, 8],
    [11, 20],
    [23, 30],
    [334, 400],
    [1000, 1000],
    [9001, 10_000],
  ])("over %i is %i", (most, top) => {
    expect(roundUp(most)).toBe(top);
  });
});
