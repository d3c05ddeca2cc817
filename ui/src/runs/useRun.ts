import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { RunDetail } from "../api/client";
import { follow } from "../api/events";
import { keys } from "../api/queries";
import { sessionKey } from "../signin/session";
import { beginning, folded, type LiveCard, type LiveRun, type RunEvent } from "./folding";
import { ENDED, run } from "./queries";

export interface FollowedRun {
  shown?: RunDetail;
  cards: readonly LiveCard[];
  resumed: boolean;
  /** Whether it is under way and the server is not answering. */
  lost: boolean;
  error: unknown;
  retry: () => void;
}

/**
 * A run as it is. While it is under way its event log is followed from the first line, so that a
 * reload shows the same; once it has ended the server's own summary of the log is what counts.
 */
export function useRun(id: string): FollowedRun {
  const cache = useQueryClient();
  const query = useQuery(run(id));
  const [live, setLive] = useState<LiveRun | null>(null);
  const [connected, setConnected] = useState(true);
  const [fault, setFault] = useState<unknown>(null);
  const { data } = query;
  const following = !!data && !ENDED.has(data.status);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the run's document never changes
  useEffect(() => {
    if (!data || !following) return;
    const stop = new AbortController();
    let state = beginning(data);
    let waiting: RunEvent[] = [];
    let frame = 0;
    const draw = () => {
      frame = 0;
      state = folded(state, waiting);
      waiting = [];
      setLive(state);
    };
    follow(`/api/v1/runs/${encodeURIComponent(id)}/events`, {
      signal: stop.signal,
      onConnected: (there) => {
        setConnected(there);
        // It may be the session that has ended, and not the server.
        if (!there) void cache.invalidateQueries({ queryKey: sessionKey });
      },
      onEvent: (event) => {
        if (event.event !== "event") return;
        waiting.push(event.data as RunEvent);
        // Thousands of events may come at once: they are drawn together.
        frame ||= requestAnimationFrame(draw);
      },
    })
      .then(() => cache.invalidateQueries({ queryKey: keys.runs }))
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setFault(error);
      });
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, [id, following, cache]);

  return useMemo(() => {
    const over = !data || !following || !live || live.seq === 0;
    return {
      shown: over ? data : { ...data, ...shownOf(live) },
      cards: over ? (data?.cards ?? []).map((card) => ({ ...card, before: 0 })) : live.cards,
      resumed: live?.resumed ?? false,
      lost: following && !connected,
      error: query.error ?? fault,
      retry: () => {
        setFault(null);
        void query.refetch();
      },
    };
  }, [data, following, live, connected, query.error, query.refetch, fault]);
}

function shownOf({ status, started_at, ended_at, error, sessions }: LiveRun): Partial<RunDetail> {
  return { status, started_at, ended_at, error, sessions: [...sessions] };
}
