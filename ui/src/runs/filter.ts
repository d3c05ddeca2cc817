/** What narrows the list of runs; kept in the address, so that it survives a reload. */
export interface RunFilter {
  flow?: string;
  status?: string;
  connection?: string;
  text?: string;
  /** A span that ends now. */
  within?: Within;
  /** Days, as 2026-11-24, in this browser's time zone; `to` is included. */
  from?: string;
  to?: string;
  kind?: Kind;
}

export type Within = "hour" | "day" | "week" | "month";

/** Runs of whole flows, or tests of one card. */
export type Kind = "flows" | "tests";

export const STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

const SECONDS: Record<Within, number> = {
  hour: 3600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
};
const NAMES = ["flow", "status", "connection", "text", "within", "from", "to", "kind"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The filter that an address says; what makes no sense in it is left out. */
export function readFilter(address: URLSearchParams): RunFilter {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const value = address.get(name)?.slice(0, 200);
    if (value) found[name] = value;
  }
  if (found.within && !(found.within in SECONDS)) delete found.within;
  for (const name of ["from", "to"]) {
    if (found[name] && !DAY.test(found[name])) delete found[name];
  }
  if (found.kind && !["flows", "tests"].includes(found.kind)) delete found.kind;
  if (found.status && !(STATUSES as readonly string[]).includes(found.status)) delete found.status;
  return found;
}

/** The address of a filter. */
export function writeFilter(filter: RunFilter): URLSearchParams {
  const written = new URLSearchParams();
  for (const name of NAMES) {
    const value = filter[name];
    if (value) written.set(name, value);
  }
  return written;
}

type Status = (typeof STATUSES)[number];

/** What the API is asked for. A span that ends now begins on a whole minute, so that it keeps. */
export function queryOf(filter: RunFilter, now: number) {
  const { flow, connection, text, within, from, to } = filter;
  let since: string | undefined;
  let until: string | undefined;
  if (within) {
    const minute = Math.floor(now / 60_000) * 60_000;
    since = new Date(minute - SECONDS[within] * 1000).toISOString();
  } else {
    since = from && startOfDay(from)?.toISOString();
    until = to && startOfDay(to, 1)?.toISOString();
  }
  const tests = filter.kind && filter.kind === "tests";
  const status = filter.status as Status | undefined;
  return { flow, status, connection, text, since, until, tests };
}

function startOfDay(day: string, after = 0): Date | undefined {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const found = new Date(year, month - 1, date + after);
  return Number.isNaN(found.getTime()) ? undefined : found;
}
