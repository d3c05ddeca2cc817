import { useState } from "react";
import { useBackup } from "./useBackup";
import type { useDraft } from "./useDraft";

type Draft = ReturnType<typeof useDraft>;

/** What was left unsaved in this browser, taken up again when the flow is opened. */
export function useRestored(
  flow: { flow: string; version: number; text: string },
  { state, dispatch, edit, changed }: Draft,
) {
  const [restored, setRestored] = useState(false);
  const drop = useBackup(flow, state, changed, (backup) => {
    dispatch({
      type: "rebase",
      version: backup.version,
      text: backup.version === flow.version ? flow.text : "",
    });
    if (backup.ahead === "strip") edit(() => backup.document);
    else dispatch({ type: "yaml", text: backup.text, at: Date.now() });
    setRestored(true);
  });
  /** Saved or given up: there is nothing to keep any more. */
  const settle = () => {
    drop();
    setRestored(false);
  };
  const discard = () => {
    dispatch({ type: "yaml", text: flow.text, at: Date.now() });
    dispatch({ type: "rebase", version: flow.version, text: flow.text });
    settle();
  };
  return { restored: restored && changed, settle, discard };
}
