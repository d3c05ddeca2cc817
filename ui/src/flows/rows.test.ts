import { describe, expect, test } from "vitest";
import type { FlowSummary, RunSummary } from "../api/client";
import { isWithin, parentOf, pathsOf, spelt, treeOf } from "./folders";
import {
  type Column,
  EVERYTHING,
  type FlowFilter,
  isNarrowed,
  listed,
  readFilter,
  readOrder,
  turned,
  USUAL,
  writeAddress,
} from "./rows";

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
const run = (status: RunSummary["status"], created_at: string) =>
  ({ status, created_at }) as RunSummary;
const RUNS = new Map([["c", run("failed", "2026-02-01T00:00:00Z")]]);
const names = (filter: Partial<FlowFilter>, by: Column = "title", down = false) =>
  listed(FLOWS, RUNS, { ...EVERYTHING, ...filter }, { by, down }).map((row) => row.flow.flow);

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

  test("is narrowed to what is on or off, to a connection, to an owner, to a last run", () => {
    expect(names({ on: "off" })).toEqual(["c"]);
    expect(names({ on: "on" })).toEqual(["a", "b"]);
    expect(names({ connection: "ACME archive" })).toEqual(["a"]);
    expect(names({ owner: "Anna" })).toEqual(["a"]);
    expect(names({ last: "failed" })).toEqual(["c"]);
    expect(names({ last: "never" })).toEqual(["a", "b"]);
    expect(names({ last: "never", on: "off" })).toEqual([]);
    expect(isNarrowed({ ...EVERYTHING, last: "never" })).toBe(true);
    expect(isNarrowed({ ...EVERYTHING, folder: "Legal" })).toBe(false);
  });

  test("comes in the order that is wanted", () => {
    expect(names({})).toEqual(["a", "b", "c"]);
    expect(names({}, "title", true)).toEqual(["c", "b", "a"]);
    expect(names({}, "saved", true)).toEqual(["b", "a", "c"]);
    expect(names({}, "on")).toEqual(["a", "b", "c"]);
    expect(names({}, "on", true)).toEqual(["c", "a", "b"]);
  });

  test("has what says nothing last, in whichever order", () => {
    for (const down of [true, false]) {
      expect(names({}, "ran", down)).toEqual(["c", "a", "b"]);
      expect(names({}, "owner", down)).toEqual(["a", "b", "c"]);
      expect(names({}, "connections", down)).toEqual(["a", "b", "c"]);
    }
  });

  test("orders names as people do", () => {
    const flows = ["Hold 10", "hold 9", "Äpfel", "Zebra"].map((title) => flow(title, { title }));
    const rows = listed(flows, RUNS, EVERYTHING, { by: "title", down: false });
    expect(rows.map((row) => row.flow.title)).toEqual(["Äpfel", "hold 9", "Hold 10", "Zebra"]);
  });

  test("has its filter and its order in the address", () => {
    const filter: FlowFilter = {
      folder: "A & B/ü",
      search: "x y",
      on: "off",
      connection: "Acme",
      owner: "anna",
      last: "failed",
    };
    const order = { by: "title" as const, down: true };
    const address = new URLSearchParams(writeAddress(filter, order).toString());
    expect(readFilter(address)).toEqual(filter);
    expect(readOrder(address)).toEqual(order);
    expect(writeAddress(EVERYTHING, USUAL).toString()).toBe("");
  });

  test("takes nothing from an address that makes no sense", () => {
    const address = new URLSearchParams("on=maybe&last=no&sort=-nothing");
    expect(readFilter(address)).toEqual(EVERYTHING);
    expect(readOrder(address)).toEqual(USUAL);
  });

  test("turns around where its heading is pressed again; times begin with the newest", () => {
    expect(turned(USUAL, "saved")).toEqual({ by: "saved", down: false });
    expect(turned(USUAL, "ran")).toEqual({ by: "ran", down: true });
    expect(turned(USUAL, "title")).toEqual({ by: "title", down: false });
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

  test("are there, with nothing in them, where they were made; once each", () => {
    const made = ["Legal/Holds/2026", "New", "legal"];
    expect(treeOf(FLOWS, made)).toMatchObject([
      { path: "Legal", count: 2, folders: [{ count: 1, folders: [{ name: "2026", count: 0 }] }] },
      { path: "New", count: 0 },
    ]);
  });

  test("are spelt as those that are there, and as the server keeps them", () => {
    const folders = treeOf(FLOWS);
    expect(spelt(" legal / holds/ New ", folders)).toBe("Legal/Holds/New");
    expect(spelt("/Other/legal/", folders)).toBe("Other/legal");
    expect(spelt(" / ", folders)).toBe("");
  });

  test("go by whole names", () => {
    expect(isWithin("legal/holds", "Legal")).toBe(true);
    expect(isWithin("Legality", "Legal")).toBe(false);
    expect(isWithin("Legal/Holds", "Legal")).toBe(true);
    expect(parentOf("Legal/Holds")).toBe("Legal");
    expect(parentOf("Legal")).toBe("");
  });
});
