import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  added,
  draftOf,
  faultOf,
  isShorter,
  KEPT,
  LONGEST,
  retentionOf,
  SHORTEST,
  same,
  size,
} from "./retention";

const kept = { runs_days: 30, failed_days: null, audit_days: 400 };

describe("what is typed", () => {
  it("says again what is kept", () => {
    expect(retentionOf(draftOf(kept))).toEqual(kept);
    expect(same(kept, { ...kept })).toBe(true);
    expect(same(kept, { ...kept, failed_days: 90 })).toBe(false);
  });

  it("has a number to go back to from for ever", () => {
    const draft = draftOf(kept);
    const back = { ...draft, failed_days: { ...draft.failed_days, forever: false } };
    expect(retentionOf(back)).toEqual({ ...kept, failed_days: 90 });
  });

  it.each(["", " ", "soon", "1e99999", 1.5, "2.5", Number.NaN])("is no number: %s", (days) => {
    expect(faultOf("runs_days", { days, forever: false })).toBe("none");
    expect(faultOf("runs_days", { days, forever: true })).toBeNull();
    const draft = { ...draftOf(kept), runs_days: { days, forever: false } };
    expect(retentionOf(draft)).toBeNull();
  });

  it("may be out of bounds", () => {
    const of = (name: (typeof KEPT)[number], days: number | string) =>
      faultOf(name, { days, forever: false });
    expect([of("runs_days", 0), of("runs_days", 1)]).toEqual(["short", null]);
    expect([of("audit_days", 89), of("audit_days", "90")]).toEqual(["short", null]);
    expect([of("failed_days", 3651), of("failed_days", 3650)]).toEqual(["long", null]);
    expect(of("failed_days", "9".repeat(40))).toBe("long");
  });
});

it("takes the days that the server takes", () => {
  const api = JSON.parse(readFileSync("../docs/openapi.json", "utf8"));
  const taken = api.components.schemas.NewRetention.properties;
  for (const name of KEPT) {
    const [days] = taken[name].anyOf;
    expect([days.minimum, days.maximum]).toEqual([SHORTEST[name], LONGEST]);
  }
});

it("is shorter if anything goes earlier than before", () => {
  expect(isShorter(kept, kept)).toBe(false);
  expect(isShorter(kept, { ...kept, runs_days: 31, audit_days: null })).toBe(false);
  expect(isShorter(kept, { ...kept, runs_days: null, failed_days: 3650 })).toBe(true);
  expect(isShorter(kept, { ...kept, audit_days: 399 })).toBe(true);
});

it("adds up the rounds of a sweep", () => {
  const round = {
    begun_at: "2026-11-24T08:00:00Z",
    ended_at: "2026-11-24T08:00:20Z",
    runs: 1000,
    audit_entries: 3,
    uploads: 2,
    file_bytes: 5,
    complete: false,
    fault: null,
  };
  const last = { ...round, begun_at: "2026-11-24T08:00:21Z", runs: 1, complete: true };
  expect(added(null, round)).toEqual(round);
  expect(added(round, last)).toEqual({
    ...last,
    begun_at: round.begun_at,
    runs: 1001,
    audit_entries: 6,
    uploads: 4,
    file_bytes: 10,
  });
});

it.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1024, "1.0 KiB"],
  [3_565_158, "3.4 MiB"],
  [1_048_575, "1.0 MiB"],
  [128_849_018_880, "120 GiB"],
])("%d bytes are %s", (bytes, said) => {
  expect(size(bytes)).toBe(said);
});
