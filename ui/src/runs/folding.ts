import type { CardRun, RunDetail } from "../api/client";
import { everyUse } from "./nesting";
import type { CardUse } from "./RunCard";

/** One line of a run's event log. */
export interface RunEvent {
  run_id: string;
  seq: number;
  at: string;
  type: string;
  card: string | null;
  attempt: number | null;
  data: Record<string, unknown>;
}

export interface Progress {
  done: number;
  total: number | null;
  unit: string;
}

/** A card as the events leave it, with what only matters while it runs. */
export interface LiveCard extends CardRun {
  progress?: Progress;
  /** Until the next attempt begins to answer. */
  retry?: { attempt: number; delay: number };
  /** Attempts before this card was started once more after an interruption. */
  before: number;
}

export interface LiveRun {
  seq: number;
  status: RunDetail["status"];
  started_at: string | null;
  ended_at: string | null;
  error: Record<string, unknown> | null;
  resumed: boolean;
  cards: readonly LiveCard[];
  sessions: readonly RunSession[];
}

type RunSession = NonNullable<RunDetail["sessions"]>[number];

const ENDINGS: Record<string, RunDetail["status"]> = {
  "run.succeeded": "succeeded",
  "run.failed": "failed",
  "run.cancelled": "cancelled",
};

/** The run before its first event. */
export function beginning(run: RunDetail): LiveRun {
  const uses = everyUse((run.document.cards ?? []) as CardUse[]);
  return {
    seq: 0,
    status: "queued",
    started_at: null,
    ended_at: null,
    error: null,
    resumed: false,
    cards: uses.map(({ id, card }) => ({
      id,
      card,
      status: "waiting",
      attempts: 0,
      requests: [],
      before: 0,
    })),
    sessions: [],
  };
}

/**
 * The run after some more events, as `engine/history.py` puts it together on the server. Cards that
 * nothing happened to stay the same objects, so that they are not drawn again.
 */
export function folded(run: LiveRun, events: readonly RunEvent[]): LiveRun {
  const next = { ...run };
  const cards = new Map(run.cards.map((card) => [card.id, card]));
  const touched = new Set<string>();
  for (const event of events) {
    if (event.seq <= next.seq) continue;
    next.seq = event.seq;
    const card = event.card === null ? undefined : cards.get(event.card);
    if (card) {
      // Copied once, changed from then on.
      const own = touched.has(card.id) ? card : { ...card, requests: [...(card.requests ?? [])] };
      touched.add(card.id);
      cards.set(card.id, own);
      takeCardEvent(own, event);
    } else {
      takeRunEvent(next, event);
    }
  }
  next.cards = run.cards.map((card) => cards.get(card.id) ?? card);
  if (next.ended_at && next.status !== run.status) next.cards = next.cards.map(endOf(next));
  return next;
}

function takeRunEvent(run: LiveRun, { type, at, data }: RunEvent): void {
  if (type === "run.started") {
    run.status = "running";
    run.started_at ??= at;
  } else if (type === "run.resumed") {
    run.resumed = true;
  } else if (type === "session.narrowed") {
    const session = data as unknown as RunSession;
    const others = run.sessions.filter((each) => each.connection !== session.connection);
    run.sessions = [...others, session];
  }
  const ending = ENDINGS[type];
  if (ending) {
    run.status = ending;
    run.ended_at = at;
    run.error = (data.error as LiveRun["error"]) ?? null;
  }
}

function takeCardEvent(card: LiveCard, { type, at, attempt, data }: RunEvent): void {
  if (type === "card.request") {
    card.requests?.push(data);
    return;
  }
  if (type === "card.progress") {
    card.progress = data as unknown as Progress;
    card.retry = undefined;
    return;
  }
  if (type === "card.started" || card.status !== "running") {
    card.before = card.attempts ?? 0;
    card.started_at = before(at, Number(data.seconds ?? 0));
    card.ended_at = card.seconds = card.outputs = card.error = undefined;
    card.progress = undefined;
    card.status = "running";
  }
  card.attempts = card.before + (attempt ?? 1);
  if ("inputs" in data) card.inputs = data.inputs;
  card.error = data.error as CardRun["error"];
  card.retry =
    type === "card.retrying"
      ? { attempt: attempt ?? 1, delay: Number(data.delay ?? 0) }
      : undefined;
  if (type === "card.succeeded" || type === "card.failed") {
    card.status = type === "card.succeeded" ? "succeeded" : "failed";
    card.ended_at = at;
    card.seconds = data.seconds as number | undefined;
    card.outputs = data.outputs;
    card.progress = undefined;
  }
}

/** What an ended run's cards are that no event has ended. */
function endOf(run: LiveRun) {
  return (card: LiveCard): LiveCard => {
    if (card.status === "waiting") return { ...card, status: "skipped" };
    if (card.status !== "running") return card;
    return {
      ...card,
      status: run.status === "cancelled" ? "cancelled" : "failed",
      ended_at: run.ended_at,
      error: card.error ?? run.error,
      retry: undefined,
    };
  };
}

function before(time: string, seconds: number): string {
  return seconds ? new Date(Date.parse(time) - seconds * 1000).toISOString() : time;
}
