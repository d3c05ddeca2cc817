import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, type KeyboardEvent, memo, useEffect, useMemo, useRef } from "react";
import { Link, useSearchParams } from "react-router";
import type { RunSummary } from "../api/client";
import { keys } from "../api/queries";
import {
  Badge,
  Empty,
  Loading,
  Name,
  Page,
  ProblemView,
  StatusBadge,
  TimeAgo,
  titleOf,
} from "../parts";
import { shell, runs as texts } from "../texts";
import { Elapsed } from "./Elapsed";
import { type RunFilter, readFilter, writeFilter } from "./filter";
import { apart, merged } from "./merging";
import { ENDED, HEAD, runHead, runPages } from "./queries";
import { RunFilters } from "./RunFilters";
import styles from "./RunsView.module.css";
import { useVisibleRows } from "./rows";

const ROW = 57;
const NO_RUNS: RunSummary[] = [];

/** All runs, newest first, as they come. */
export default function RunsView() {
  const [address, setAddress] = useSearchParams();
  const filter = useMemo(() => readFilter(address), [address]);
  const found = useRuns(filter);
  const narrowed = Object.keys(filter).length > 0;

  function change(next: RunFilter) {
    setAddress(writeFilter(next), { replace: true, preventScrollReset: true });
  }

  const { rows, error, loading } = found;
  return (
    <Page
      title={texts.title}
      beside={
        rows.length > 0 && (
          <span className={styles.count} role="status">
            {texts.count(rows.length, found.hasMore)}
          </span>
        )
      }
      actions={found.lost && <Badge tone="warn">{texts.notLive}</Badge>}
    >
      {(rows.length > 0 || narrowed) && <RunFilters filter={filter} onChange={change} />}
      {!!error && rows.length === 0 && <ProblemView error={error} onRetry={found.again} />}
      {loading && <Loading lines={8} />}
      {rows.length > 0 && <RunTable found={found} />}
      {!loading && !error && rows.length === 0 && (
        <Nothing narrowed={narrowed} onClear={() => change({})} />
      )}
    </Page>
  );
}

function Nothing({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  if (narrowed) {
    return (
      <Empty
        title={texts.nothingFound.title}
        action={<Button onClick={onClear}>{texts.filters.clear}</Button>}
      >
        {texts.nothingFound.text}
      </Empty>
    );
  }
  return (
    <Empty
      title={texts.empty.title}
      action={
        <Button component={Link} to="/flows">
          {texts.empty.action}
        </Button>
      }
    >
      {texts.empty.text}
    </Empty>
  );
}

interface FoundRuns {
  rows: RunSummary[];
  hasMore: boolean;
  more: () => void;
  loadingMore: boolean;
  moreFailed: boolean;
  loading: boolean;
  error: unknown;
  lost: boolean;
  again: () => void;
}

/** Pages that stay as they were loaded, under a head that is asked for every few seconds. */
function useRuns(filter: RunFilter): FoundRuns {
  const cache = useQueryClient();
  const pages = useInfiniteQuery(runPages(filter));
  const head = useQuery(runHead(filter));
  const newest = head.data?.items ?? NO_RUNS;
  const loaded = pages.data?.pages;

  const gap = !!loaded?.[0] && apart(newest, loaded[0].items, HEAD);
  useEffect(() => {
    if (gap) cache.resetQueries({ queryKey: [...keys.runs, "pages"] });
  }, [gap, cache]);

  const rows = useMemo(
    () =>
      merged(
        newest,
        (loaded ?? []).map((page) => page.items),
      ),
    [newest, loaded],
  );

  // Below the head only what has not ended yet can change.
  const { refetch } = pages;
  const count = loaded?.length ?? 0;
  const changing = rows.slice(newest.length).some((row) => !ENDED.has(row.status));
  useEffect(() => {
    if (!changing) return;
    const timer = setInterval(() => void refetch(), 5_000 * Math.max(1, count));
    return () => clearInterval(timer);
  }, [changing, count, refetch]);

  return {
    rows,
    hasMore: pages.hasNextPage,
    more: () => {
      if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage();
    },
    loadingMore: pages.isFetchingNextPage,
    moreFailed: pages.isFetchNextPageError,
    loading: pages.isPending && head.isPending,
    error: pages.error ?? head.error,
    lost: head.isError && rows.length > 0,
    again: () => {
      void pages.refetch();
      void head.refetch();
    },
  };
}

function RunTable({ found }: { found: FoundRuns }) {
  const box = useRef<HTMLElement>(null);
  const { rows, hasMore, more, loadingMore, moreFailed } = found;
  const [first, end] = useVisibleRows(box, rows.length, ROW);
  const near = end >= rows.length - 40;
  useEffect(() => {
    if (near && hasMore && !moreFailed) more();
  });
  return (
    <section
      className={styles.box}
      ref={box}
      aria-label={texts.title}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
      tabIndex={0}
      onKeyDown={keepFocus}
    >
      <table className={styles.table} aria-rowcount={hasMore ? -1 : rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{texts.columns.flow}</th>
            <th scope="col" data-column="status">
              {texts.columns.status}
            </th>
            <th scope="col" data-column="started">
              {texts.columns.started}
            </th>
            <th scope="col" data-column="duration">
              {texts.columns.duration}
            </th>
            <th scope="col" data-column="connections">
              {texts.columns.connections}
            </th>
            <th scope="col" data-column="version">
              {texts.columns.version}
            </th>
          </tr>
        </thead>
        <tbody>
          <Space rows={first} />
          {rows.slice(first, end).map((row, index) => (
            <RunRow key={row.id} run={row} index={first + index + 2} />
          ))}
          <Space rows={rows.length - end} />
        </tbody>
      </table>
      {loadingMore && <p className={styles.foot}>{texts.loadingMore}</p>}
      {moreFailed && (
        <p className={styles.foot}>
          {texts.loadMoreFailed}{" "}
          <Button variant="default" size="compact-sm" onClick={more}>
            {shell.tryAgain}
          </Button>
        </p>
      )}
    </section>
  );
}

const FAR: ReadonlySet<string> = new Set(["Home", "End", "PageUp", "PageDown"]);

/** The row that has the focus is not in the page any more once one has scrolled far from it. */
function keepFocus(event: KeyboardEvent<HTMLElement>) {
  if (FAR.has(event.key)) event.currentTarget.focus({ preventScroll: true });
}

/** Rows that are not in the page, as so much room. */
function Space({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus
    <tr aria-hidden="true" className={styles.space}>
      <td style={{ height: rows * ROW }} />
    </tr>
  );
}

/** Not drawn anew while one scrolls past it. */
const RunRow = memo(function RunRow({ run, index }: { run: RunSummary; index: number }) {
  const failedAt = (run.error?.where as { card?: string } | undefined)?.card;
  return (
    <tr aria-rowindex={index}>
      <td>
        <Link to={`/runs/${run.id}`} className={styles.link} title={titleOf(run.title || run.flow)}>
          <Name>{run.title || run.flow}</Name>
        </Link>
        <small>
          {run.tested ? texts.tested(run.tested) : run.version === null ? texts.unkept : run.flow}
        </small>
      </td>
      <td>
        <StatusBadge status={run.status}>
          {run.status === "failed" && failedAt ? texts.failedAt(failedAt) : null}
        </StatusBadge>
      </td>
      <td>
        <TimeAgo time={run.created_at} />
      </td>
      <td className={styles.number}>
        <Elapsed from={run.started_at} to={run.ended_at} />
      </td>
      <td data-column="connections">
        {run.connections.map((name, index) => (
          <Fragment key={name}>
            {index > 0 && ", "}
            <Name>{name}</Name>
          </Fragment>
        ))}
      </td>
      <td data-column="version">{run.version}</td>
    </tr>
  );
});
