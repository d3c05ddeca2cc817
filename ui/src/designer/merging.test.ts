import { describe, expect, it } from "vitest";
import { merged } from "./merging";

const text = (...lines: string[]) => `${lines.join("\n")}\n`;
const BASE = text("flow: a", "title: Old", "cards:", "  - id: one", "    key: k", "  - id: two");

describe("merged", () => {
  it("keeps what each has changed", () => {
    const mine = BASE.replace("title: Old", "title: Mine");
    const theirs = BASE.replace("key: k", "key: theirs");
    expect(merged(BASE, mine, theirs)).toEqual({
      text: mine.replace("key: k", "key: theirs"),
      clashes: 0,
    });
  });

  it("takes the one who changed something", () => {
    const other = BASE.replace("Old", "New");
    expect(merged(BASE, BASE, other)).toEqual({ text: other, clashes: 0 });
    expect(merged(BASE, other, BASE)).toEqual({ text: other, clashes: 0 });
    expect(merged(BASE, other, other)).toEqual({ text: other, clashes: 0 });
  });

  it("lets mine stand where both have changed a line, and says so", () => {
    const mine = BASE.replace("Old", "Mine");
    const theirs = BASE.replace("Old", "Theirs").replace("key: k", "key: t");
    expect(merged(BASE, mine, theirs)).toEqual({
      text: mine.replace("key: k", "key: t"),
      clashes: 1,
    });
  });

  it("keeps both where both have added, or mine if it must", () => {
    const mine = `${BASE}  - id: mine\n`;
    const theirs = `${BASE}  - id: theirs\n`;
    expect(merged(BASE, mine, theirs)).toEqual({
      text: `${BASE}  - id: theirs\n  - id: mine\n`,
      clashes: 0,
    });
    expect(merged(BASE, mine, theirs, false)).toEqual({ text: mine, clashes: 1 });
  });

  it("keeps a line taken out by one and left by the other out", () => {
    const mine = BASE.replace("    key: k\n", "");
    expect(merged(BASE, mine, BASE).text).toBe(mine);
    expect(merged(BASE, BASE, mine).text).toBe(mine);
  });

  it("tells an emptied place from an empty line", () => {
    expect(merged("a\nb\nc", "a\nc", "a\n\nc")).toEqual({ text: "a\nc", clashes: 1 });
    expect(merged("", "", "x").text).toBe("x");
  });
});
