import { describe, expect, test } from "vitest";
import type { FlowSummary, RunSummary } from "../api/client";
import { isWithin, parentOf, pathsOf, treeOf } from "./folders";
import { type Column, type FlowFilter, listed, readFilter, writeFilter } from "./rows";

const flow = (name: string, more: Partial<FlowSummary> = {}): FlowSummary => ({
  flow: name,
  version: 1,
  title: null,
  description: null,
  cards: 1,
  connections: [],
  saved_at: "2026-01-01T00:00:00Z",
  saved_by: null,
  folder: "",
  enabled: true,
  owner: null,
  created_at: "2026-01-01T00:00:00Z",
  ...more,
});
const FLOWS = [
  flow("b", { title: "Archive", saved_at: "2026-01-03T00:00:00Z", folder: "Legal/Holds" }),
  flow("a", { connections: ["Acme archive"], folder: "Legal", owner: "anna" }),
  flow("c", { description: "Nothing to see", enabled: false }),
];
const ALL: FlowFilter = { folder: "", search: "", on: null, connection: null };
const names = (filter: Partial<FlowFilter>, by: Column = "title", down = false, runs = new Map()) =>
  listed(FLOWS, runs, { ...ALL, ...filter }, by, down).map((row) => row.flow.flow);

describe("the list", () => {
  test("is searched in title, name, description, folder, owner and connection", () => {
    expect(names({ search: "archive" })).toEqual(["a", "b"]);
    expect(names({ search: "nothing SEE" })).toEqual(["c"]);
    expect(names({ search: "holds" })).toEqual(["b"]);
    expect(names({ search: "anna" })).toEqual(["a"]);
    expect(names({ search: "zzz" })).toEqual([]);
  });

  test("is searched in all folders, whichever is open", () => {
    expect(names({ search: "see", folder: "Legal" })).toEqual(["c"]);
  });

  test("is narrowed to a folder and what is inside it", () => {
    expect(names({ folder: "Legal" })).toEqual(["a", "b"]);
    expect(names({ folder: "Legal/Holds" })).toEqual(["b"]);
    expect(names({ folder: "Leg" })).toEqual([]);
  });

  test("is narrowed to what is on or off, and to a connection", () => {
    expect(names({ on: "off" })).toEqual(["c"]);
    expect(names({ on: "on" })).toEqual(["a", "b"]);
    expect(names({ connection: "ACME archive" })).toEqual(["a"]);
  });

  test("comes in the order that is wanted", () => {
    expect(names({})).toEqual(["a", "b", "c"]);
    expect(names({}, "saved", true)).toEqual(["b", "a", "c"]);
    expect(names({}, "owner", true)).toEqual(["a", "b", "c"]);
    const runs = new Map([["c", { created_at: "2026-02-01T00:00:00Z" } as RunSummary]]);
    expect(names({}, "ran", true, runs)).toEqual(["c", "a", "b"]);
  });

  test("has its filter in the address", () => {
    const filter: FlowFilter = { folder: "A & B/ü", search: "x y", on: "off", connection: "Acme" };
    expect(readFilter(new URLSearchParams(writeFilter(filter).toString()))).toEqual(filter);
    expect(writeFilter(ALL).toString()).toBe("");
    expect(readFilter(new URLSearchParams("on=maybe"))).toEqual(ALL);
  });
});

describe("folders", () => {
  test("count what is in them and in those inside", () => {
    const [legal, ...rest] = treeOf([...FLOWS, flow("d", { folder: "IT" })]).reverse();
    expect(legal).toMatchObject({ path: "Legal", count: 2 });
    expect(legal?.folders).toMatchObject([{ path: "Legal/Holds", name: "Holds", count: 1 }]);
    expect(rest).toMatchObject([{ path: "IT", count: 1 }]);
    expect(pathsOf(treeOf(FLOWS))).toEqual(["Legal", "Legal/Holds"]);
  });

  test("go by whole names", () => {
    expect(isWithin("Legality", "Legal")).toBe(false);
    expect(isWithin("Legal/Holds", "Legal")).toBe(true);
    expect(parentOf("Legal/Holds")).toBe("Legal");
    expect(parentOf("Legal")).toBe("");
  });
});
