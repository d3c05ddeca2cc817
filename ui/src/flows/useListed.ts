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
  const setFilter = useCallback(
    (next: FlowFilter, step = false) => setAddress(writeAddress(next, order), { replace: !step }),
    [setAddress, order],
  );
  const sort = useCallback(
    (column: Column) => setAddress(writeAddress(filter, turned(order, column)), { replace: true }),
    [setAddress, filter, order],
  );
  const wanted = useDeferredValue<[FlowFilter, Order]>(
    useMemo(() => [filter, order], [filter, order]),
  );
  const rows = useMemo(() => listed(flows, lastRuns ?? NONE, ...wanted), [flows, lastRuns, wanted]);
  return { filter, setFilter, order, sort, rows, runsKnown: lastRuns !== undefined };
}

const NONE: ReadonlyMap<string, RunSummary> = new Map();
