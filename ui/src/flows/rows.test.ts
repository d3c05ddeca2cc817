import { expect, test } from "vitest";
import type { FlowSummary, RunSummary } from "../api/client";
import { listed } from "./rows";

const flow = (name: string, more: Partial<FlowSummary> = {}): FlowSummary => ({
  flow: name,
  version: 1,
  title: null,
  description: null,
  cards: 1,
  connections: [],
  saved_at: "2026-01-01T00:00:00Z",
  ...more,
});
const FLOWS = [
  flow("b", { title: "Archive", saved_at: "2026-01-03T00:00:00Z" }),
  flow("a", { connections: ["Acme archive"] }),
  flow("c", { description: "Nothing to see" }),
];
const names = (search: string, by: "title" | "ran" | "saved", down = false, runs = new Map()) =>
  listed(FLOWS, runs, search, by, down).map((row) => row.flow.flow);

test("found by title, name, description and connection", () => {
  expect(names("archive", "title")).toEqual(["a", "b"]);
  expect(names("nothing SEE", "title")).toEqual(["c"]);
  expect(names("zzz", "title")).toEqual([]);
});

test("in the order that is wanted", () => {
  expect(names("", "title")).toEqual(["a", "b", "c"]);
  expect(names("", "saved", true)).toEqual(["b", "a", "c"]);
  const runs = new Map([["c", { created_at: "2026-02-01T00:00:00Z" } as RunSummary]]);
  expect(names("", "ran", true, runs)).toEqual(["c", "a", "b"]);
});
