import type { RunSummary } from "../api/client";

/** The failures of one flow: the newest, and how many there were. */
export interface Failure {
  newest: RunSummary;
  count: number;
}

/** One entry for each flow that failed, the one that failed last first. */
export function failuresOf(runs: readonly RunSummary[]): Failure[] {
  const found = new Map<string, Failure>();
  for (const run of runs) {
    const known = found.get(run.flow);
    if (known) known.count += 1;
    else found.set(run.flow, { newest: run, count: 1 });
  }
  return [...found.values()];
}
