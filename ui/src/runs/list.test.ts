import { describe, expect, it } from "vitest";
import { queryOf, readFilter, writeFilter } from "./filter";
import { apart, merged } from "./merging";
import { visibleRows } from "./rows";

describe("a filter in the address", () => {
  it("comes back as it was written", () => {
    const filter = { flow: "a b", status: "failed", text: "é&=", from: "2026-11-01" };
    expect(readFilter(writeFilter(filter))).toEqual(filter);
  });

  it("leaves out what makes no sense", () => {
    const address = new URLSearchParams(
      "status=exploded&within=eternity&from=yesterday&to=2026-1-1&flow=&x=1",
    );
    expect(readFilter(address)).toEqual({});
  });

  it("cuts what is far too long", () => {
    expect(readFilter(new URLSearchParams({ text: "x".repeat(10_000) })).text).toHaveLength(200);
  });
});

describe("what the API is asked for", () => {
  const now = Date.parse("2026-11-24T10:00:42Z");

  it("is a span from a whole minute on", () => {
    expect(queryOf({ within: "hour" }, now).since).toBe("2026-11-24T09:00:00.000Z");
    expect(queryOf({ within: "hour" }, now).until).toBeUndefined();
    expect(queryOf({}, now).tests).toBeUndefined();
    expect(queryOf({ kind: "tests" }, now).tests).toBe(true);
    expect(queryOf({ kind: "flows" }, now).tests).toBe(false);
    expect(readFilter(new URLSearchParams("kind=neither"))).toEqual({});
  });

  it("includes the last day", () => {
    const { since, until } = queryOf({ from: "2026-11-30", to: "2026-11-30" }, now);
    expect(Date.parse(until ?? "") - Date.parse(since ?? "")).toBe(86_400_000);
  });
});

const rows = (...ids: string[]) => ids.map((id) => ({ id, from: "page" }));
const fresh = (...ids: string[]) => ids.map((id) => ({ id, from: "head" }));

describe("head and pages", () => {
  it("are one list, the newest first, each run once, the fresher of two", () => {
    const found = merged(fresh("9", "8", "7"), [rows("8", "7", "6"), rows("6", "5")]);
    expect(found.map((row) => row.id)).toEqual(["9", "8", "7", "6", "5"]);
    expect(found[1]?.from).toBe("head");
  });

  it("are apart when more was started than the head holds", () => {
    expect(apart(rows("9", "8", "7"), rows("3", "2"), 3)).toBe(true);
    expect(apart(rows("9", "8", "7"), rows("7", "6"), 3)).toBe(false);
    expect(apart(rows("9", "8"), rows("7", "6"), 3)).toBe(false);
    expect(apart([], rows("7"), 3)).toBe(false);
  });
});

describe("rows in the page", () => {
  it("are those in view and some around", () => {
    expect(visibleRows(0, 500, 50, 10_000, 5)).toEqual([0, 15]);
    expect(visibleRows(5_000, 500, 50, 10_000, 5)).toEqual([95, 115]);
    expect(visibleRows(499_500, 500, 50, 10_000, 5)).toEqual([9_985, 10_000]);
  });

  it("are none of none, and none beyond the end", () => {
    expect(visibleRows(0, 500, 50, 0)).toEqual([0, 0]);
    expect(visibleRows(90_000, 500, 50, 3)).toEqual([3, 3]);
  });
});
