import { useCallback, useEffect, useRef, useState } from "react";
import type { Connection, ProbeStep } from "../api/client";
import { posted } from "../api/events";
import { ApiProblem, type Problem } from "../api/problem";
import { keys, queryClient } from "../api/queries";

export interface Probe {
  running: boolean;
  /** The steps made so far, in order. */
  steps: readonly ProbeStep[];
  /** Why there is no result. */
  error: ApiProblem | null;
  /** The connection as the probe left it. */
  result: Connection | null;
}

const NOTHING: Probe = { running: false, steps: [], error: null, result: null };

/** Probes a connection's role, step by step: `verify` its own or first role, `repoint` to another. */
export function useProbe() {
  const [probe, setProbe] = useState<Probe>(NOTHING);
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const run = useCallback(
    async (
      id: string,
      what: "verify" | "repoint",
      body: { role_arn?: string; force?: boolean },
    ): Promise<Connection | null> => {
      stop.current?.abort();
      const controller = new AbortController();
      stop.current = controller;
      const steps: ProbeStep[] = [];
      let result: Connection | null = null;
      setProbe({ ...NOTHING, running: true });
      try {
        for await (const { event, data } of posted(
          `/api/v1/connections/${encodeURIComponent(id)}/${what}`,
          body,
          controller.signal,
        )) {
          if (event === "step") {
            steps.push(data as ProbeStep);
            setProbe({ running: true, steps: [...steps], error: null, result: null });
          } else if (event === "problem") {
            throw new ApiProblem(data as Problem);
          } else if (event === "connection") {
            result = data as Connection;
          }
        }
        setProbe({ running: false, steps, error: null, result });
      } catch (error) {
        if (controller.signal.aborted) return null;
        if (!(error instanceof ApiProblem)) throw error;
        setProbe({ running: false, steps, error, result: null });
      } finally {
        queryClient.invalidateQueries({ queryKey: keys.connections });
      }
      return result;
    },
    [],
  );
  const reset = useCallback(() => setProbe(NOTHING), []);
  return { probe, run, reset };
}
