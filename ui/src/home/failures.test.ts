import { describe, expect, it } from "vitest";
import type { RunSummary } from "../api/client";
import { failuresOf } from "./failures";

const run = (id: string, flow: string) => ({ id, flow, status: "failed" }) as RunSummary;

describe("failures", () => {
  it("are counted by flow, the newest first and shown", () => {
    const found = failuresOf([run("4", "b"), run("3", "a"), run("2", "b"), run("1", "b")]);
    expect(found.map(({ newest, count }) => [newest.id, count])).toEqual([
      ["4", 3],
      ["3", 1],
    ]);
  });

  it("are none where nothing failed", () => {
    expect(failuresOf([])).toEqual([]);
  });
});
