import { useCallback, useState } from "react";
import { isWithin } from "./folders";

const KEPT = "penstock:folders";

/**
 * Folders that were made and in which no flow is yet. The server has a folder as long as a flow is
 * in it; until then this browser's tab remembers it.
 */
export function useMadeFolders() {
  const [made, setMade] = useState(read);
  const change = useCallback((next: (was: readonly string[]) => string[]) => {
    setMade((was) => {
      const now = next(was);
      try {
        sessionStorage.setItem(KEPT, JSON.stringify(now));
      } catch {
        // Nothing may be kept in this browser: the page itself remembers.
      }
      return now;
    });
  }, []);
  const make = useCallback(
    (path: string) => change((was) => [...was.filter((each) => each !== path), path]),
    [change],
  );
  /** With those inside it. */
  const forget = useCallback(
    (path: string) => change((was) => was.filter((each) => !isWithin(each, path))),
    [change],
  );
  return { made, make, forget };
}

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}
