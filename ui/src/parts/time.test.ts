import { describe, expect, it } from "vitest";
import { ago, duration } from "./time";

describe("ago", () => {
  const now = Date.parse("2026-05-04T12:00:00Z");

  it.each([
    ["2026-05-04T11:59:30Z", "just now"],
    ["2026-05-04T11:57:00Z", "3 min ago"],
    ["2026-05-04T09:00:00Z", "3 hr ago"],
    ["2026-05-03T11:00:00Z", "yesterday"],
  ])("%s was %s", (time, words) => {
    expect(ago(time, now)).toBe(words);
  });
});

describe("duration", () => {
  it.each([
    [0.0002, "under 1 ms"],
    [0.14, "140 ms"],
    [0.9996, "1.0 s"],
    [6.13, "6.1 s"],
    [59.96, "1 min 0 s"],
    [221, "3 min 41 s"],
    [7320, "2 h 2 min"],
  ])("%d s are %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
