import type { Schema } from "../api/client";

export type Retention = Schema<"NewRetention">;
export type Removable = Schema<"Removable">;
export type Sweep = Schema<"Sweep">;
export type Kept = keyof Retention;

/** What is kept for a time of its own, in the order in which it is shown. */
export const KEPT: readonly Kept[] = ["runs_days", "failed_days", "audit_days"];

/** Days that the server takes; a test holds them against the API's description. */
export const LONGEST = 3650;
export const SHORTEST: Readonly<Record<Kept, number>> = {
  runs_days: 1,
  failed_days: 1,
  audit_days: 90,
};

/** Where "for ever" is taken back and nothing was said before. */
const USUAL: Readonly<Record<Kept, number>> = { runs_days: 30, failed_days: 90, audit_days: 400 };

/** A time as it is being typed: the number stays while "for ever" is tried. */
export interface Typed {
  /** What the field holds: a number, or whatever is none. */
  days: number | string;
  forever: boolean;
}

export type Draft = Record<Kept, Typed>;

export type Fault = "none" | "short" | "long";

export function draftOf(kept: Retention): Draft {
  const typed = (name: Kept): Typed => ({
    days: kept[name] ?? USUAL[name],
    forever: kept[name] === null,
  });
  return {
    runs_days: typed("runs_days"),
    failed_days: typed("failed_days"),
    audit_days: typed("audit_days"),
  };
}

/** What is wrong with a time, if anything. An empty field is none: it never means "for ever". */
export function faultOf(name: Kept, { days, forever }: Typed): Fault | null {
  if (forever) return null;
  const said = typeof days === "string" && days.trim() !== "" ? Number(days) : days;
  if (typeof said !== "number" || !Number.isInteger(said)) return "none";
  if (said < SHORTEST[name]) return "short";
  return said > LONGEST ? "long" : null;
}

/** What a draft says, once nothing is wrong with it. */
export function retentionOf(draft: Draft): Retention | null {
  if (KEPT.some((name) => faultOf(name, draft[name]))) return null;
  const days = ({ days, forever }: Typed) => (forever ? null : Number(days));
  return {
    runs_days: days(draft.runs_days),
    failed_days: days(draft.failed_days),
    audit_days: days(draft.audit_days),
  };
}

export function same(one: Retention, other: Retention): boolean {
  return KEPT.every((name) => one[name] === other[name]);
}

/** Whether something is kept for less long than before, so that more goes. */
export function isShorter(before: Retention, after: Retention): boolean {
  const length = (days: number | null) => days ?? Number.POSITIVE_INFINITY;
  return KEPT.some((name) => length(after[name]) < length(before[name]));
}

export function isNothing(removable: Removable): boolean {
  return !(removable.runs || removable.failed_runs || removable.audit_entries);
}

/** What several rounds of one sweep removed, as one. */
export function added(before: Sweep | null, round: Sweep): Sweep {
  if (!before) return round;
  return {
    ...round,
    begun_at: before.begun_at,
    runs: before.runs + round.runs,
    audit_entries: before.audit_entries + round.audit_entries,
    uploads: before.uploads + round.uploads,
    file_bytes: before.file_bytes + round.file_bytes,
  };
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Bytes as the command line says them: "512 bytes", "3.4 MiB". */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}
