import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { answer, api, type FlowDetail, idempotencyKey, type Schema } from "../api/client";
import { problemOf } from "../api/problem";
import { keys, queryClient } from "../api/queries";
import { merged } from "./merging";
import type { useDraft } from "./useDraft";

type Draft = ReturnType<typeof useDraft>;

/** What somebody else has saved since. */
export interface Later {
  /** 0 if the flow is gone. */
  version: number;
  savedBy?: string | null;
}

export interface Keeping {
  saving: boolean;
  failure: unknown;
  later: Later | null;
  /** After a merge: in how many places both had changed the same, and with which version. */
  merge: { clashes: number; version: number } | null;
  save: () => Promise<number | null>;
  /** Saves mine as the version after theirs. */
  keepMine: () => Promise<number | null>;
  takeTheirs: () => Promise<void>;
  mergeBoth: () => Promise<void>;
}

const LOOK_AGAIN = 10_000;
const AWAY = 3_000;

/**
 * Saves what is being edited, as a version after the one that it was made from: whatever somebody
 * else saves meanwhile is told of as it comes, and never overwritten unasked.
 */
export function useKeeping(
  flow: string,
  { state, dispatch, settled }: Draft,
  onSaved: (made: FlowDetail) => void,
): Keeping {
  const { present, saved } = state;
  const [saving, setSaving] = useState(false);
  const [failed, setFailed] = useState<{ error: unknown; at: number } | null>(null);
  const [refused, setRefused] = useState<Later | null>(null);
  const [merge, setMerge] = useState<Keeping["merge"]>(null);
  const newest = useNewest(flow);

  // The server is back: what it could not be told it can be told now.
  const { isSuccess, dataUpdatedAt } = newest;
  useEffect(() => {
    if (isSuccess)
      setFailed((was) => (was && was.at < dataUpdatedAt && isAway(was.error) ? null : was));
  }, [isSuccess, dataUpdatedAt]);

  const sent = useRef({ body: "", key: "" });
  const underWay = useRef<Promise<number | null>>(null);
  const keep = (basedOn: number) => {
    underWay.current ??= attempt(basedOn).finally(() => {
      underWay.current = null;
      setSaving(false);
    });
    return underWay.current;
  };
  const attempt = async (basedOn: number): Promise<number | null> => {
    setSaving(true);
    setFailed(null);
    setRefused(null);
    setMerge(null);
    try {
      const { text } = await settled();
      const body = { text, based_on: basedOn };
      const written = JSON.stringify(body);
      // Sent again because no answer came, it is the same request: the first may have arrived.
      if (sent.current.body !== written) sent.current = { body: written, key: idempotencyKey() };
      const params = { header: { "Idempotency-Key": sent.current.key } };
      const made = await answer(api.POST("/api/v1/flows", { body, params }));
      dispatch({ type: "saved", text: made.text, version: made.version });
      queryClient.invalidateQueries({
        queryKey: keys.flows,
        refetchType: "active",
        predicate: (query) => query.queryKey[2] !== "opened",
      });
      onSaved(made);
      return made.version;
    } catch (error) {
      const problem = problemOf(error);
      const current = problem.details?.current_version;
      if (problem.status === 409 && typeof current === "number") setRefused({ version: current });
      else setFailed({ error, at: Date.now() });
      if (isAway(error) || problem.status === 409) void newest.refetch();
      return null;
    }
  };

  const found = newest.data;
  const seen = !saving && found && found.version !== saved.version && saved.version > 0;
  // What is older than what was saved here was asked for before.
  const told: Later | null =
    seen && (found.version === 0 || found.version > saved.version) ? found : null;
  const later =
    refused && told?.version === refused.version ? told : (refused ?? (told as Later | null));

  const based = async (version: number) => (saved.text ? saved.text : (await shown(version)).text);
  const shown = (version?: number) =>
    answer(
      api.GET("/api/v1/flows/{name}", { params: { path: { name: flow }, query: { version } } }),
    );
  const goOn = (theirs: FlowDetail, text: string) => {
    dispatch({ type: "yaml", text, at: Date.now() });
    dispatch({ type: "rebase", version: theirs.version, text: theirs.text });
    setRefused(null);
  };
  const guarded = async (act: () => Promise<void>) => {
    setFailed(null);
    try {
      await act();
    } catch (error) {
      setFailed({ error, at: Date.now() });
    }
  };

  return {
    saving,
    failure: failed?.error ?? null,
    later,
    merge,
    // Another name is another flow: it must not be there yet.
    save: () => keep(present.document.flow === flow ? saved.version : 0),
    keepMine: () => keep(later?.version ?? saved.version),
    takeTheirs: () =>
      guarded(async () => {
        const theirs = await shown();
        goOn(theirs, theirs.text);
        setMerge(null);
      }),
    mergeBoth: () =>
      guarded(async () => {
        const [mine, theirs, base] = await Promise.all([settled(), shown(), based(saved.version)]);
        let made = merged(base, mine.text, theirs.text);
        if (!(await readable(made.text))) made = merged(base, mine.text, theirs.text, false);
        goOn(theirs, made.text);
        setMerge({ clashes: made.clashes, version: theirs.version });
      }),
  };
}

/** The version that the flow has now; 0 if it is gone. */
function useNewest(name: string) {
  return useQuery({
    queryKey: [...keys.flows, name, "newest"],
    queryFn: async ({ signal }): Promise<Later> => {
      const params = { path: { name }, query: { limit: 1 } };
      try {
        const page = await answer(api.GET("/api/v1/flows/{name}/versions", { params, signal }));
        const [first] = page.items as Schema<"FlowVersionSummary">[];
        return { version: first?.version ?? 0, savedBy: first?.saved_by };
      } catch (error) {
        if (problemOf(error).status === 404) return { version: 0 };
        throw error;
      }
    },
    refetchInterval: (query) => (isAway(query.state.error) ? AWAY : LOOK_AGAIN),
    refetchOnWindowFocus: "always",
  });
}

async function readable(text: string): Promise<boolean> {
  const body = { text, document: null };
  const drafted = await answer(api.POST("/api/v1/flows/draft", { body }));
  return drafted.document !== null;
}

export function isAway(error: unknown): boolean {
  return error !== null && problemOf(error).code === "unreachable";
}
