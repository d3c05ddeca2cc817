import type { Schema } from "../api/client";

export type FlowMap = Schema<"FlowMap">;
export type MapFlow = Schema<"MapFlow">;
export type MapConnection = Schema<"MapConnection">;
export type MapLine = Schema<"MapLine">;

/** Pixels: a flow or a connection, the heading of a folder, and what is between folders. */
export const ROW = 34;
export const HEADING = 30;
const GAP = 12;

/** Something at its height: `y` is its middle. */
export interface At<T> {
  y: number;
  item: T;
}

export interface Layout {
  height: number;
  /** Folders with at least one flow in them, where their headings are. */
  headings: At<string>[];
  flows: At<MapFlow>[];
  connections: At<MapConnection>[];
}

/**
 * Flows one under the other by folder; each connection as close as it gets to the middle of the
 * flows that use it, so that lines are short and cross little.
 */
export function layoutOf(map: FlowMap): Layout {
  const headings: At<string>[] = [];
  const flows: At<MapFlow>[] = [];
  const folders = byFolder(map.flows);
  let y = 0;
  for (const [folder, inside] of folders) {
    inside.sort((one, other) => compare(one.title || one.flow, other.title || other.flow));
    if (y) y += GAP;
    if (folders.length > 1 || folder) {
      headings.push({ y: y + HEADING / 2, item: folder });
      y += HEADING;
    }
    for (const item of inside) {
      flows.push({ y: y + ROW / 2, item });
      y += ROW;
    }
  }
  const connections = placed(map, new Map(flows.map((each) => [each.item.flow, each.y])), y);
  const last = connections.at(-1);
  return { height: Math.max(y, last ? last.y + ROW / 2 : 0), headings, flows, connections };
}

/** The same connections one right under the other, for where all are to be in view. */
export function gathered(connections: readonly At<MapConnection>[]): At<MapConnection>[] {
  return connections.map(({ item }, index) => ({ y: index * ROW + ROW / 2, item }));
}

/** The connections in the order of the flows that use them, unused ones last. */
function placed(map: FlowMap, heights: ReadonlyMap<string, number>, height: number) {
  const middles = new Map<string, number>();
  for (const { nickname } of map.connections) {
    const users = map.lines.filter((line) => line.kind === "uses" && line.to === nickname);
    const sum = users.reduce((total, line) => total + (heights.get(line.flow) ?? 0), 0);
    middles.set(nickname, users.length ? sum / users.length : Number.POSITIVE_INFINITY);
  }
  const middle = (each: MapConnection) => middles.get(each.nickname) ?? 0;
  const ordered = map.connections.toSorted(
    (one, other) =>
      (middle(one) === middle(other) ? 0 : middle(one) - middle(other)) ||
      one.nickname.localeCompare(other.nickname),
  );
  // Down as far as the one above asks for, then up again as far as the end asks for.
  const ys: number[] = [];
  for (const each of ordered) {
    const lowest = ys.length ? (ys.at(-1) ?? 0) + ROW : ROW / 2;
    ys.push(Math.max(lowest, Number.isFinite(middle(each)) ? middle(each) : lowest));
  }
  let most = Math.max(height, ys.length * ROW) - ROW / 2;
  for (let index = ys.length - 1; index >= 0; index -= 1) {
    ys[index] = Math.min(ys[index] ?? 0, most);
    most = (ys[index] ?? 0) - ROW;
  }
  return ordered.map((item, index) => ({ y: ys[index] ?? 0, item }));
}

function byFolder(flows: readonly MapFlow[]): [string, MapFlow[]][] {
  const found = new Map<string, MapFlow[]>();
  for (const each of flows) {
    // A flow that is called and not there stands in no folder: at the end.
    const folder = each.exists ? each.folder : MISSING;
    found.set(folder, [...(found.get(folder) ?? []), each]);
  }
  return [...found].sort(([one], [other]) => {
    if (one === MISSING || other === MISSING) return one === MISSING ? 1 : -1;
    return compare(one, other);
  });
}

/** As people order words: without case, and 9 before 10. */
const { compare } = new Intl.Collator("en", { numeric: true });

/** The heading over flows that are called and not there; no folder has a tab in its name. */
export const MISSING = "\t";

/** What stands for a flow or a connection where both are meant. */
export const flowKey = (name: string) => `flow ${name}`;
export const connectionKey = (nickname: string) => `connection ${nickname}`;
export const endOf = (line: MapLine) =>
  line.kind === "calls" ? flowKey(line.to) : connectionKey(line.to);

/** What a flow or connection touches, itself included. */
export function touched(map: FlowMap, key: string): Set<string> {
  const found = new Set([key]);
  for (const line of map.lines) {
    const ends = [flowKey(line.flow), endOf(line)];
    if (ends.includes(key)) for (const each of ends) found.add(each);
  }
  return found;
}

/** The part of a map in which a text is found, with whatever it touches. */
export function narrowed(map: FlowMap, search: string): FlowMap {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return map;
  const fits = (...texts: (string | null | undefined)[]) => {
    const text = texts.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const hits = new Set([
    ...map.flows
      .filter((each) => fits(each.title, each.flow, each.folder))
      .map((each) => flowKey(each.flow)),
    ...map.connections
      .filter((each) => fits(each.nickname, each.status))
      .map((each) => connectionKey(each.nickname)),
  ]);
  const lines = map.lines.filter((line) => hits.has(flowKey(line.flow)) || hits.has(endOf(line)));
  const kept = new Set([...hits, ...lines.flatMap((line) => [flowKey(line.flow), endOf(line)])]);
  return {
    flows: map.flows.filter((each) => kept.has(flowKey(each.flow))),
    connections: map.connections.filter((each) => kept.has(connectionKey(each.nickname))),
    lines,
  };
}
