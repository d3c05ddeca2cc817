import { describe, expect, it } from "vitest";
import { beginningOf, bytes, gistOf, isFile, kindOf, opens, parted } from "./values";

const FILE = { key: "fetch.1", name: "a.csv", size: 28, sha256: null };

describe("a value", () => {
  it("is of a kind", () => {
    const kinds = [null, undefined, "", 0, false, [], {}, FILE, "•••"].map(kindOf);
    expect(kinds).toEqual([
      "none",
      "none",
      "text",
      "number",
      "boolean",
      "list",
      "object",
      "file",
      "hidden",
    ]);
  });

  it("is a file only with all that makes one", () => {
    expect(isFile(FILE)).toBe(true);
    expect(isFile({ key: "a", name: "b", size: 1 })).toBe(false);
    expect(isFile(["key", "name"])).toBe(false);
  });

  it("opens when its line does not say all", () => {
    expect(opens("short")).toBe(false);
    expect(opens("two\nlines")).toBe(true);
    expect(opens("x".repeat(10_000))).toBe(true);
    expect(opens([])).toBe(false);
    expect(opens([1])).toBe(true);
    expect(opens({})).toBe(false);
    expect(opens(FILE)).toBe(false);
  });

  it("has a beginning on one line", () => {
    expect(beginningOf("a\n  b")).toBe("a b");
    expect(beginningOf("x".repeat(10_000), 10)).toBe(`${"x".repeat(10)}…`);
    expect(beginningOf("ß".repeat(5), 5)).toBe("ßßßßß");
  });

  it("is never cut in the middle of a character", () => {
    expect(beginningOf("😀".repeat(40), 7)).toBe(`${"😀".repeat(7)}…`);
  });

  it("is told from its neighbours by its name", () => {
    expect(gistOf({ size: 1, key: "a/b.txt" })).toBe("a/b.txt");
    expect(gistOf({ size: 1 })).toBeUndefined();
  });

  it("is parted into what is there and what is not", () => {
    expect(parted({ a: 0, b: null, c: "", d: undefined })).toEqual({
      full: [
        ["a", 0],
        ["c", ""],
      ],
      empty: ["b", "d"],
    });
  });
});

describe("bytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [99_949, "99.9 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [5_400_000_000, "5.4 GB"],
  ])("%i are %s", (count, said) => {
    expect(bytes(count)).toBe(said);
  });
});
