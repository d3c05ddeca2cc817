import type { FlowSummary, RunSummary } from "../api/client";
import { isWithin } from "./folders";

export type Column = "title" | "owner" | "ran" | "saved";

export interface Row {
  flow: FlowSummary;
  last: RunSummary | undefined;
}

/** What narrows the list; kept in the address, so that it survives a reload. */
export interface FlowFilter {
  folder: string;
  search: string;
  on: "on" | "off" | null;
  connection: string | null;
}

/** The filter that an address says. */
export function readFilter(address: URLSearchParams): FlowFilter {
  const on = address.get("on");
  return {
    folder: (address.get("folder") ?? "").slice(0, 400),
    search: (address.get("text") ?? "").slice(0, 200),
    on: on === "on" || on === "off" ? on : null,
    connection: address.get("connection")?.slice(0, 200) || null,
  };
}

/** The address of a filter. */
export function writeFilter(filter: FlowFilter): URLSearchParams {
  const written = new URLSearchParams();
  if (filter.folder) written.set("folder", filter.folder);
  if (filter.search) written.set("text", filter.search);
  if (filter.on) written.set("on", filter.on);
  if (filter.connection) written.set("connection", filter.connection);
  return written;
}

/** The flows that a filter leaves, in order. Whoever searches for words does so in all folders. */
export function listed(
  flows: readonly FlowSummary[],
  lastRuns: ReadonlyMap<string, RunSummary>,
  filter: FlowFilter,
  by: Column,
  down: boolean,
): Row[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = filter.connection?.toLowerCase();
  const rows = flows
    .filter((flow) => {
      if (filter.on && flow.enabled !== (filter.on === "on")) return false;
      if (wanted && !flow.connections.some((each) => each.toLowerCase() === wanted)) return false;
      if (!words.length) return isWithin(flow.folder, filter.folder);
      const text = [
        flow.title,
        flow.flow,
        flow.description,
        flow.folder,
        flow.owner,
        ...flow.connections,
      ]
        .join(" ")
        .toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((flow) => ({ flow, last: lastRuns.get(flow.flow) }));
  const sign = down ? -1 : 1;
  return rows.sort((one, other) => {
    const order = KEYS[by](one).localeCompare(KEYS[by](other));
    return sign * order || one.flow.flow.localeCompare(other.flow.flow);
  });
}

const KEYS: Record<Column, (row: Row) => string> = {
  title: ({ flow }) => (flow.title || flow.flow).toLowerCase(),
  owner: ({ flow }) => (flow.owner ?? "").toLowerCase(),
  ran: ({ last }) => last?.created_at ?? "",
  saved: ({ flow }) => flow.saved_at,
};
