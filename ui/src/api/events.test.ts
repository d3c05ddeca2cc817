import { afterEach, describe, expect, it, vi } from "vitest";
import { eventsOf, follow, parseEvent, type ServerEvent } from "./events";
import { ApiProblem } from "./problem";

function bodyOf(...chunks: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

function stream(...chunks: string[]): Response {
  return new Response(bodyOf(...chunks), { headers: { "Content-Type": "text/event-stream" } });
}

const line = (id: number) => `id: ${id}\nevent: event\ndata: {"seq": ${id}}\n\n`;
const END = 'event: end\ndata: {"status": "succeeded"}\n\n';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("parseEvent", () => {
  it("reads number, name and data over several lines", () => {
    expect(parseEvent('id: 7\nevent: step\ndata: {"a":\ndata: 1}')).toEqual({
      id: 7,
      event: "step",
      data: { a: 1 },
    });
  });

  it("takes a comment for nothing", () => {
    expect(parseEvent(": still here")).toBeNull();
  });
});

describe("eventsOf", () => {
  it("puts together what arrives in pieces, and letters cut in two", async () => {
    const bytes = new TextEncoder().encode('event: a\r\ndata: "ü"\r\n\r\nevent: b\ndata: 2\n\n');
    const cut = bytes.indexOf(0xc3) + 1;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(bytes.slice(0, cut));
        controller.enqueue(bytes.slice(cut));
        controller.close();
      },
    });
    const found: ServerEvent[] = [];
    for await (const event of eventsOf(body)) found.push(event);
    expect(found.map(({ event, data }) => [event, data])).toEqual([
      ["a", "ü"],
      ["b", 2],
    ]);
  });
});

describe("follow", () => {
  it("goes on after the last number it saw, and tells nothing twice", async () => {
    vi.useFakeTimers();
    const asked: string[] = [];
    const answers = [
      () => Promise.resolve(stream(line(1), line(2))),
      () => Promise.reject(new TypeError("connection refused")),
      () => Promise.resolve(stream(line(2), line(3), END)),
    ];
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
      asked.push(new Headers(init.headers).get("Last-Event-ID") ?? "");
      return answers.shift()?.();
    });
    const seen: unknown[] = [];
    const connected: boolean[] = [];
    const done = follow("/events", {
      onEvent: ({ id, event }) => seen.push(id ?? event),
      onConnected: (is) => connected.push(is),
      signal: new AbortController().signal,
    });
    await vi.runAllTimersAsync();
    await done;
    expect(seen).toEqual([1, 2, 3, "end"]);
    expect(asked).toEqual(["0", "2", "2"]);
    expect(connected).toEqual([true, false, false, true]);
  });

  it("gives up on what waiting does not mend", async () => {
    const problem = { detail: "There is no run.", code: "not_found" };
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(problem, { status: 404 })));
    const following = follow("/events", {
      onEvent: () => undefined,
      signal: new AbortController().signal,
    });
    await expect(following).rejects.toBeInstanceOf(ApiProblem);
  });
});
