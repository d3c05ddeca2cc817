import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { session } from "../signin/session";
import { type Backup, dropBackup, keepBackup, readBackup } from "./backup";
import type { Editing } from "./editing";

const PAUSE = 400;

/**
 * Keeps what is not saved in this browser, however the page is left, and gives it back to
 * `restore` when the flow is opened again. Call what it returns once it is saved or discarded.
 */
export function useBackup(
  flow: { flow: string; text: string },
  state: Editing,
  changed: boolean,
  restore: (backup: Backup) => void,
): () => void {
  const { present, saved } = state;
  const user = useQuery(session).data?.caller?.name ?? null;
  const owner = useRef(user);
  owner.current ??= user;
  const taken = useRef<string | null>(null);
  const begun = useRef(false);
  const restoring = useRef(restore);
  restoring.current = restore;
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const found = readBackup(flow.flow, owner.current);
    if (found && (found.kept.text !== flow.text || found.kept.ahead === "strip")) {
      taken.current = found.tab;
      restoring.current(found.kept);
    }
  }, [flow.flow, flow.text]);

  const held = useRef<Backup | null>(null);
  held.current = changed ? { ...present, version: saved.version } : null;
  const keep = useCallback(() => {
    if (held.current) keepBackup(flow.flow, owner.current, held.current);
  }, [flow.flow]);
  const drop = useCallback(() => {
    dropBackup(flow.flow, taken.current);
    taken.current = null;
  }, [flow.flow]);

  // Undone to what is saved, there is nothing to keep either.
  const had = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each change anew
  useEffect(() => {
    if (changed) had.current = true;
    else if (!had.current) return;
    const timer = setTimeout(() => (held.current ? keep() : drop()), PAUSE);
    return () => clearTimeout(timer);
  }, [present, saved.version, changed, keep, drop]);

  // Another page of this browser's history, another address, a closed tab: each takes it along.
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      keep();
      if (held.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    window.addEventListener("pagehide", keep);
    return () => {
      window.removeEventListener("beforeunload", warn);
      window.removeEventListener("pagehide", keep);
      keep();
    };
  }, [keep]);
  return drop;
}
