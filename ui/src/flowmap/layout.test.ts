import { describe, expect, test } from "vitest";
import {
  connectionKey,
  type FlowMap,
  flowKey,
  gathered,
  HEADING,
  layoutOf,
  type MapLine,
  MISSING,
  narrowed,
  ROW,
  touched,
} from "./layout";

const flow = (name: string, folder = "", exists = true) => ({
  flow: name,
  title: null,
  folder,
  enabled: true,
  exists,
});
const connection = (nickname: string) => ({ nickname, status: "verified" });
const line = (kind: MapLine["kind"], from: string, to: string): MapLine => ({
  kind,
  flow: from,
  to,
  cards: ["c"],
});
const MAP: FlowMap = {
  flows: [flow("a", "Legal"), flow("b"), flow("c", "Legal"), flow("gone", "", false)],
  connections: [connection("Acme"), connection("Idle"), connection("Zeta")],
  lines: [
    line("uses", "b", "Zeta"),
    line("uses", "a", "Acme"),
    line("uses", "c", "Acme"),
    line("calls", "c", "gone"),
  ],
};

describe("the layout", () => {
  test("puts flows under their folders, the top first, those that are not there last", () => {
    const { headings, flows } = layoutOf(MAP);
    expect(headings.map((each) => each.item)).toEqual(["", "Legal", MISSING]);
    expect(flows.map((each) => each.item.flow)).toEqual(["b", "a", "c", "gone"]);
    expect(flows[0]?.y).toBe(HEADING + ROW / 2);
  });

  test("needs no heading where there are no folders", () => {
    const { headings, flows } = layoutOf({ ...MAP, flows: [flow("a"), flow("b")] });
    expect(headings).toEqual([]);
    expect(flows.map((each) => each.y)).toEqual([ROW / 2, ROW * 1.5]);
  });

  test("puts connections beside the flows that use them, unused ones last", () => {
    const { flows, connections } = layoutOf(MAP);
    const at = new Map(flows.map((each) => [each.item.flow, each.y]));
    expect(connections.map((each) => each.item.nickname)).toEqual(["Zeta", "Acme", "Idle"]);
    expect(connections[0]?.y).toBe(at.get("b"));
    expect(connections[1]?.y).toBe(((at.get("a") ?? 0) + (at.get("c") ?? 0)) / 2);
  });

  test("never lays one over another, and nothing outside", () => {
    const connections = Array.from({ length: 40 }, (_, index) => connection(`c${index}`));
    const lines = connections.map((each) => line("uses", "b", each.nickname));
    for (const map of [MAP, { ...MAP, connections, lines }, { ...MAP, connections, lines: [] }]) {
      const found = layoutOf(map);
      for (const column of [found.flows, found.connections]) {
        column.forEach((each, index) => {
          const above = column[index - 1]?.y ?? -ROW / 2;
          expect(each.y - above).toBeGreaterThanOrEqual(ROW);
          expect(each.y + ROW / 2).toBeLessThanOrEqual(found.height);
        });
      }
    }
  });

  test("puts 9 before 10, in folders and flows", () => {
    const flows = ["Part 10", "part 9"].flatMap((name) => [
      { ...flow(`${name} b`, name), title: "Hold 10" },
      { ...flow(`${name} a`, name), title: "hold 9" },
    ]);
    const found = layoutOf({ ...MAP, flows });
    expect(found.headings.map((each) => each.item)).toEqual(["part 9", "Part 10"]);
    expect(found.flows.slice(0, 2).map((each) => each.item.title)).toEqual(["hold 9", "Hold 10"]);
  });

  test("can have its connections all together, in the same order", () => {
    const { connections } = layoutOf(MAP);
    expect(gathered(connections).map((each) => each.item)).toEqual(
      connections.map((each) => each.item),
    );
    expect(gathered(connections).map((each) => each.y)).toEqual([ROW / 2, ROW * 1.5, ROW * 2.5]);
  });

  test("of nothing is nothing", () => {
    expect(layoutOf({ flows: [], connections: [], lines: [] }).height).toBe(0);
  });
});

test("what is touched is what a line leads to or comes from", () => {
  expect(touched(MAP, flowKey("c"))).toEqual(
    new Set([flowKey("c"), connectionKey("Acme"), flowKey("gone")]),
  );
  expect(touched(MAP, connectionKey("Acme"))).toEqual(
    new Set([connectionKey("Acme"), flowKey("a"), flowKey("c")]),
  );
});

describe("a narrowed map", () => {
  test("has what fits and what that touches", () => {
    const found = narrowed(MAP, "acme");
    expect(found.flows.map((each) => each.flow)).toEqual(["a", "c"]);
    expect(found.connections.map((each) => each.nickname)).toEqual(["Acme"]);
    expect(found.lines).toHaveLength(2);
  });

  test("finds flows by their folder", () => {
    expect(narrowed(MAP, "legal").flows.map((each) => each.flow)).toEqual(["a", "c", "gone"]);
  });

  test("is all of it without a text", () => {
    expect(narrowed(MAP, "  ")).toBe(MAP);
    expect(narrowed(MAP, "nothing")).toEqual({ flows: [], connections: [], lines: [] });
  });
});
