import type { FlowSummary, RunSummary } from "../api/client";

export type Column = "title" | "ran" | "saved";

export interface Row {
  flow: FlowSummary;
  last: RunSummary | undefined;
}

/** The flows in which every word is found, in order. */
export function listed(
  flows: readonly FlowSummary[],
  lastRuns: ReadonlyMap<string, RunSummary>,
  search: string,
  by: Column,
  down: boolean,
): Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = flows
    .filter((flow) => {
      const text = [flow.title, flow.flow, flow.description, ...flow.connections]
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
  ran: ({ last }) => last?.created_at ?? "",
  saved: ({ flow }) => flow.saved_at,
};
