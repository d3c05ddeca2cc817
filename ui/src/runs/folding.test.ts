import { describe, expect, it } from "vitest";
import type { RunDetail } from "../api/client";
import { beginning, folded, type RunEvent } from "./folding";

const RUN = {
  id: "r",
  flow: "f",
  document: {
    cards: [
      { id: "find", card: "s3.search_objects" },
      { id: "put", card: "s3.upload_object" },
    ],
  },
} as unknown as RunDetail;

let number = 0;
function event(type: string, more: Partial<RunEvent> = {}): RunEvent {
  number += 1;
  const at = new Date(Date.UTC(2026, 10, 24, 10, 0, number)).toISOString();
  return { run_id: "r", seq: number, at, type, card: null, attempt: null, data: {}, ...more };
}

function log(...made: [string, Partial<RunEvent>?][]): RunEvent[] {
  number = 0;
  return made.map(([type, more]) => event(type, more));
}

const find = { card: "find", attempt: 1 };
const put = { card: "put", attempt: 1 };

describe("events of a run", () => {
  it("make its cards what they are", () => {
    const events = log(
      ["run.started"],
      ["card.started", { ...find, data: { inputs: { bucket: "b" } } }],
      ["card.request", { ...find, data: { operation: "ListObjectsV2" } }],
      ["card.progress", { ...find, data: { done: 1, total: null, unit: "items" } }],
      ["card.succeeded", { ...find, data: { seconds: 2, outputs: { count: 1 } } }],
      ["card.started", put],
    );
    const run = folded(beginning(RUN), events);
    expect(run.status).toBe("running");
    const [first, second] = run.cards;
    expect(first).toMatchObject({
      status: "succeeded",
      attempts: 1,
      seconds: 2,
      inputs: { bucket: "b" },
      outputs: { count: 1 },
      requests: [{ operation: "ListObjectsV2" }],
      progress: undefined,
    });
    expect(second).toMatchObject({ status: "running", attempts: 1 });
  });

  it("come to the same in one go and one by one, and count once", () => {
    const events = log(
      ["run.started"],
      ["card.started", find],
      ["card.retrying", { card: "find", attempt: 2, data: { error: { code: "x" }, delay: 1.5 } }],
      ["card.succeeded", { card: "find", attempt: 2, data: { seconds: 3, outputs: {} } }],
      ["run.succeeded"],
    );
    const atOnce = folded(beginning(RUN), events);
    let step = beginning(RUN);
    for (const each of events) step = folded(step, [each]);
    expect(step).toEqual(atOnce);
    expect(folded(atOnce, events)).toEqual(atOnce);
    expect(atOnce.cards[0]).toMatchObject({ attempts: 2, error: undefined });
  });

  it("tell of the next attempt until it answers", () => {
    const retrying: [string, Partial<RunEvent>] = [
      "card.retrying",
      { card: "find", attempt: 2, data: { error: { code: "slow_down" }, delay: 1.5 } },
    ];
    const waiting = folded(beginning(RUN), log(["card.started", find], retrying));
    expect(waiting.cards[0]?.retry).toEqual({ attempt: 2, delay: 1.5 });
    const going = folded(
      waiting,
      log(["card.started", find], retrying, ["card.progress", { ...find, data: { done: 1 } }]),
    );
    expect(going.cards[0]?.retry).toBeUndefined();
  });

  it("add up attempts over an interruption", () => {
    const run = folded(
      beginning(RUN),
      log(
        ["run.started"],
        ["card.started", find],
        ["run.resumed"],
        ["card.started", find],
        ["card.succeeded", { ...find, data: { outputs: {} } }],
      ),
    );
    expect(run.resumed).toBe(true);
    expect(run.cards[0]).toMatchObject({ attempts: 2, status: "succeeded" });
  });

  it("end what nothing ended, as the run ended", () => {
    const error = { code: "internal_fault" };
    const failed = folded(
      beginning(RUN),
      log(["card.started", find], ["run.failed", { data: { error } }]),
    );
    expect(failed.cards.map((card) => card.status)).toEqual(["failed", "skipped"]);
    expect(failed.cards[0]?.error).toEqual(error);
    const cancelled = folded(beginning(RUN), log(["card.started", find], ["run.cancelled"]));
    expect(cancelled.cards[0]?.status).toBe("cancelled");
  });

  it("take a pure card's one event for its start, too", () => {
    const run = folded(
      beginning(RUN),
      log(["card.succeeded", { ...find, data: { seconds: 1, inputs: { a: 1 }, outputs: 2 } }]),
    );
    expect(run.cards[0]).toMatchObject({
      status: "succeeded",
      attempts: 1,
      started_at: "2026-11-24T10:00:00.000Z",
      inputs: { a: 1 },
    });
  });

  it("keep the last session of each connection", () => {
    const session = (connection: string, narrowed: boolean): [string, Partial<RunEvent>] => [
      "session.narrowed",
      { data: { connection, narrowed } },
    ];
    const run = folded(
      beginning(RUN),
      log(session("a", true), session("b", true), session("a", false)),
    );
    expect(run.sessions).toEqual([
      { connection: "b", narrowed: true },
      { connection: "a", narrowed: false },
    ]);
  });

  it("leave cards alone that nothing happened to", () => {
    const start = beginning(RUN);
    const run = folded(start, log(["card.started", find]));
    expect(run.cards[1]).toBe(start.cards[1]);
    expect(start.cards[0]?.status).toBe("waiting");
  });
});

it("cards inside others follow the one that holds them", () => {
  const inner = { id: "each", card: "t.each", blocks: { do: [{ id: "a", card: "t.a" }] } };
  const nested = { ...RUN, document: { cards: [inner, { id: "b", card: "t.b" }] } };
  const run = folded(beginning(nested), log(["card.failed", { card: "a" }], ["run.failed", {}]));
  expect(run.cards.map(({ id, status }) => `${id} ${status}`)).toEqual([
    "each skipped",
    "a failed",
    "b skipped",
  ]);
});
