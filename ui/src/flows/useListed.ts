import { useCallback, useDeferredValue, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { FlowSummary, RunSummary } from "../api/client";
import {
  type Column,
  type FlowFilter,
  listed,
  type Order,
  readFilter,
  readOrder,
  turned,
  writeAddress,
} from "./rows";
import { useLastRuns } from "./useLastRuns";

/** The rows of the list, as the address narrows and orders them. */
export function useListed(flows: readonly FlowSummary[]) {
  const [address, setAddress] = useSearchParams();
  const filter = useMemo(() => readFilter(address), [address]);
  const order = useMemo(() => readOrder(address), [address]);
  const lastRuns = useLastRuns();
  /** A step is one that "back" undoes. */
  const narrow = useCallback(
    (change: Partial<FlowFilter>, step = false) => {
      const now = current();
      const next = writeAddress({ ...readFilter(now), ...change }, readOrder(now));
      setAddress(next, { replace: !step });
    },
    [setAddress],
  );
  const sort = useCallback(
    (column: Column) => {
      const now = current();
      const next = writeAddress(readFilter(now), turned(readOrder(now), column));
      setAddress(next, { replace: true });
    },
    [setAddress],
  );
  const wanted = useDeferredValue<[FlowFilter, Order]>(
    useMemo(() => [filter, order], [filter, order]),
  );
  const rows = useMemo(() => listed(flows, lastRuns ?? NONE, ...wanted), [flows, lastRuns, wanted]);
  return { filter, narrow, order, sort, rows, runsKnown: lastRuns !== undefined };
}

/** The address as it is now: what is drawn may be a change behind, and would undo that. */
function current(): URLSearchParams {
  return new URLSearchParams(window.location.search);
}

const NONE: ReadonlyMap<string, RunSummary> = new Map();
