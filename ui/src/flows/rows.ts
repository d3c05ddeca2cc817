import type { FlowSummary, RunSummary } from "../api/client";
import { isWithin } from "./folders";

export const COLUMNS = ["title", "connections", "owner", "ran", "saved", "on"] as const;
export type Column = (typeof COLUMNS)[number];

/** By what flows are ordered. Times begin with the newest, words with A. */
export interface Order {
  by: Column;
  down: boolean;
}

export interface Row {
  flow: FlowSummary;
  last: RunSummary | undefined;
}

/** How a flow's last run is; "never" is a flow that has none. */
export const LAST = ["succeeded", "failed", "running", "queued", "cancelled", "never"] as const;
export type Last = (typeof LAST)[number];

/** What narrows the list; kept in the address, so that it survives a reload. */
export interface FlowFilter {
  folder: string;
  search: string;
  on: "on" | "off" | null;
  connection: string | null;
  owner: string | null;
  last: Last | null;
}

export const EVERYTHING: FlowFilter = {
  folder: "",
  search: "",
  on: null,
  connection: null,
  owner: null,
  last: null,
};
export const USUAL: Order = { by: "saved", down: true };

/** The filter that an address says; what makes no sense in it is left out. */
export function readFilter(address: URLSearchParams): FlowFilter {
  return {
    folder: (address.get("folder") ?? "").slice(0, 400),
    search: (address.get("text") ?? "").slice(0, 200),
    on: oneOf(["on", "off"], address.get("on")),
    connection: address.get("connection")?.slice(0, 200) || null,
    owner: address.get("owner")?.slice(0, 200) || null,
    last: oneOf(LAST, address.get("last")),
  };
}

/** The order that an address says, as in `sort=-saved`. */
export function readOrder(address: URLSearchParams): Order {
  const said = address.get("sort") ?? "";
  const by = oneOf(COLUMNS, said.replace(/^-/, ""));
  return by ? { by, down: said.startsWith("-") } : USUAL;
}

/** The address of a filter and an order; what is as usual is not in it. */
export function writeAddress(filter: FlowFilter, order: Order): URLSearchParams {
  const written = new URLSearchParams();
  const said = {
    folder: filter.folder,
    text: filter.search,
    on: filter.on,
    connection: filter.connection,
    owner: filter.owner,
    last: filter.last,
    sort: order.by === USUAL.by && order.down === USUAL.down ? "" : sortOf(order),
  };
  for (const [name, value] of Object.entries(said)) if (value) written.set(name, value);
  return written;
}

/** Whether more than the folder narrows the list. */
export function isNarrowed({ folder: _, ...filter }: FlowFilter): boolean {
  return Object.values(filter).some(Boolean);
}

/** The order after a column's heading was pressed. */
export function turned(order: Order, column: Column): Order {
  if (column === order.by) return { by: column, down: !order.down };
  return { by: column, down: column === "saved" || column === "ran" };
}

/** The flows that a filter leaves, in order. Whoever searches for words does so in all folders. */
export function listed(
  flows: readonly FlowSummary[],
  lastRuns: ReadonlyMap<string, RunSummary>,
  filter: FlowFilter,
  order: Order,
): Row[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  const connection = filter.connection?.toLowerCase();
  const owner = filter.owner?.toLowerCase();
  const rows = flows
    .map((flow) => ({ flow, last: lastRuns.get(flow.flow) }))
    .filter(({ flow, last }) => {
      if (filter.on && flow.enabled !== (filter.on === "on")) return false;
      if (filter.last && filter.last !== (last?.status ?? "never")) return false;
      if (owner && flow.owner?.toLowerCase() !== owner) return false;
      if (connection && !flow.connections.some((each) => each.toLowerCase() === connection)) {
        return false;
      }
      return words.length ? mentions(flow, words) : isWithin(flow.folder, filter.folder);
    });
  const keys = new Map(rows.map((row) => [row, KEYS[order.by](row)]));
  const sign = order.down ? -1 : 1;
  return rows.sort((one, other) => {
    const [a, b] = [keys.get(one) ?? "", keys.get(other) ?? ""];
    // What says nothing comes last, whichever way the others go.
    if (!a !== !b) return a ? -1 : 1;
    return sign * compare(a, b) || compare(one.flow.flow, other.flow.flow);
  });
}

function mentions(flow: FlowSummary, words: readonly string[]): boolean {
  const { title, flow: name, description, folder, owner, connections } = flow;
  const text = [title, name, description, folder, owner, ...connections].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

const KEYS: Record<Column, (row: Row) => string> = {
  title: ({ flow }) => flow.title || flow.flow,
  connections: ({ flow }) => flow.connections.join(" "),
  owner: ({ flow }) => flow.owner ?? "",
  ran: ({ last }) => (last ? String(Date.parse(last.created_at)) : ""),
  saved: ({ flow }) => String(Date.parse(flow.saved_at)),
  on: ({ flow }) => (flow.enabled ? "1" : "2"),
};

/** As people order words: without case, and 9 before 10. */
const { compare } = new Intl.Collator("en", { numeric: true });

function sortOf({ by, down }: Order): string {
  return down ? `-${by}` : by;
}

function oneOf<T extends string>(all: readonly T[], said: string | null): T | null {
  return all.find((each) => each === said) ?? null;
}
