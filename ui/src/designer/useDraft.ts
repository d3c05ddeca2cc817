import { useCallback, useEffect, useReducer, useRef } from "react";
import { answer, api, type Schema } from "../api/client";
import type { FlowDocument } from "./document";
import { begin, type Change, type Editing, isChanged, reduce, type Snapshot } from "./editing";

const PAUSE = 300;

interface Flow {
  document: FlowDocument;
  text: string;
  version: number;
}

/** A flow being edited: what the server makes of it follows a moment behind. */
export function useDraft(flow: Flow) {
  const [state, dispatch] = useReducer(reduce, flow, begin);
  const latest = useRef<Editing>(state);
  latest.current = state;

  const ask = useCallback(async (asked: Snapshot, signal?: AbortSignal) => {
    const body = {
      text: asked.text,
      document: asked.ahead === "strip" ? asBody(asked.document) : null,
    };
    const drafted = await answer(api.POST("/api/v1/flows/draft", { body, signal }));
    dispatch({ type: "answered", asked, answer: drafted });
    return drafted;
  }, []);

  const { present } = state;
  useEffect(() => {
    if (present.ahead === null) return;
    const stop = new AbortController();
    let again: ReturnType<typeof setTimeout>;
    const attempt = () => {
      ask(present, stop.signal).catch(() => {
        // The server is away: what is typed stays, and is asked about when it is back.
        if (!stop.signal.aborted) again = setTimeout(attempt, 2000);
      });
    };
    const timer = setTimeout(attempt, PAUSE);
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
      stop.abort();
    };
  }, [present, ask]);

  const now = useCallback(() => latest.current.present.document, []);
  const edit = useCallback((change: (document: FlowDocument) => FlowDocument, key?: string) => {
    // Two changes in one turn: the second is made to what the first has made.
    const document = change(latest.current.present.document);
    const made: Change = { type: "strip", document, key, at: Date.now() };
    latest.current = reduce(latest.current, made);
    dispatch(made);
  }, []);

  /** The text as it is now with everything of the strip in it, and its problems. */
  const settled = useCallback(async (): Promise<Schema<"DraftedFlow">> => {
    return await ask(latest.current.present);
  }, [ask]);

  return { state, dispatch, now, edit, settled, changed: isChanged(state) };
}

function asBody(document: FlowDocument): Record<string, unknown> {
  return { ...document };
}
