import { Button, TextInput } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { answer, api, type FlowSummary, type RunSummary } from "../api/client";
import { flowList, keys } from "../api/queries";
import { Empty, Loading, Page, ProblemView, StatusBadge, TimeAgo } from "../parts";
import { Plus, SearchIcon } from "../parts/icons";
import { flows as texts } from "../texts";
import styles from "./Flows.module.css";
import { NewFlow } from "./NewFlow";
import { type Column, listed, type Row } from "./rows";

const RECENT = 200;

/** All flows: to find one, to open one, to begin one. */
export default function FlowsView() {
  const flows = useQuery(flowList);
  const lastRuns = useLastRuns(flows.data);
  const [search, setSearch] = useState("");
  const [by, setBy] = useState<Column>("saved");
  const [down, setDown] = useState(true);
  const [creating, setCreating] = useState(false);
  const all = flows.data ?? [];
  const rows = useMemo(
    () => listed(flows.data ?? [], lastRuns, search, by, down),
    [flows.data, lastRuns, search, by, down],
  );
  const sort = (column: Column) => {
    if (column === by) setDown(!down);
    else {
      setBy(column);
      setDown(column === "saved" || column === "ran");
    }
  };
  const begin = (
    <Button leftSection={<Plus size={14} />} onClick={() => setCreating(true)}>
      {texts.newFlow}
    </Button>
  );
  return (
    <Page
      title={texts.title}
      actions={
        all.length > 0 && (
          <div className={styles.actions}>
            <TextInput
              type="search"
              aria-label={texts.search}
              placeholder={texts.searchHint}
              leftSection={<SearchIcon size={14} />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
              w={260}
            />
            {begin}
          </div>
        )
      }
    >
      {flows.isLoading && <Loading />}
      {flows.error && <ProblemView error={flows.error} onRetry={() => flows.refetch()} />}
      {flows.data && !all.length && (
        <Empty title={texts.empty} action={begin}>
          {texts.emptyText}
        </Empty>
      )}
      {all.length > 0 && (
        <>
          <p className={styles.count} role="status">
            {texts.count(rows.length, all.length)}
          </p>
          {rows.length ? (
            <div className={styles.sheet}>
              <table className={styles.table}>
                <thead>
                  <tr>
                    <Heading column="title" by={by} down={down} onSort={sort}>
                      {texts.columns.flow}
                    </Heading>
                    <th scope="col">{texts.columns.connections}</th>
                    <Heading column="ran" by={by} down={down} onSort={sort}>
                      {texts.columns.lastRun}
                    </Heading>
                    <Heading column="saved" by={by} down={down} onSort={sort}>
                      {texts.columns.saved}
                    </Heading>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <FlowRow key={row.flow.flow} row={row} />
                  ))}
                </tbody>
              </table>
            </div>
          ) : (
            <Empty title={texts.noneFound}>{texts.noneFoundText}</Empty>
          )}
        </>
      )}
      {creating && (
        <NewFlow taken={all.map((each) => each.flow)} onClose={() => setCreating(false)} />
      )}
    </Page>
  );
}

interface HeadingProps {
  column: Column;
  by: Column;
  down: boolean;
  onSort: (column: Column) => void;
  children: string;
}

function Heading({ column, by, down, onSort, children }: HeadingProps) {
  const sorted = column === by;
  return (
    <th scope="col" aria-sort={sorted ? (down ? "descending" : "ascending") : undefined}>
      <button type="button" onClick={() => onSort(column)}>
        {children}
        <span aria-hidden="true">{sorted ? (down ? " ↓" : " ↑") : ""}</span>
      </button>
    </th>
  );
}

function FlowRow({ row: { flow, last } }: { row: Row }) {
  return (
    <tr>
      <td>
        <Link to={`/flows/${flow.flow}`} className={styles.name} dir="auto">
          {flow.title || flow.flow}
        </Link>
        <span className={styles.about} dir="auto">
          {flow.description || flow.flow}
        </span>
      </td>
      <td>
        {flow.connections.length ? (
          <span className={styles.connections}>
            {flow.connections.map((each) => (
              <Link key={each} to={`/connections/${encodeURIComponent(each)}`}>
                {each}
              </Link>
            ))}
          </span>
        ) : (
          <span className={styles.quiet}>{texts.noConnections}</span>
        )}
      </td>
      <td>
        {last ? (
          <Link to={`/runs/${last.id}`} className={styles.run}>
            <StatusBadge status={last.status} />
            <TimeAgo time={last.created_at} />
          </Link>
        ) : (
          <span className={styles.quiet}>{texts.neverRan}</span>
        )}
      </td>
      <td>
        <TimeAgo time={flow.saved_at} />
        <span className={styles.about}>
          {texts.version(flow.version)}, {texts.cards(flow.cards)}
        </span>
      </td>
    </tr>
  );
}

/** Each flow's newest run: out of the newest runs of all, and asked for where it is older. */
function useLastRuns(flows: readonly FlowSummary[] | undefined): ReadonlyMap<string, RunSummary> {
  const recent = useQuery({
    queryKey: [...keys.runs, "recent"],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/runs", { params: { query: { limit: RECENT } }, signal })),
    refetchInterval: 5_000,
  });
  const seen = new Map<string, RunSummary>();
  for (const run of recent.data?.items ?? []) if (!seen.has(run.flow)) seen.set(run.flow, run);
  const older =
    recent.data?.next_cursor && flows ? flows.filter((each) => !seen.has(each.flow)) : [];
  const asked = useQueries({
    queries: older.map(({ flow }) => ({
      queryKey: [...keys.runs, "last", flow],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await answer(api.GET("/api/v1/runs", { params: { query: { flow, limit: 1 } }, signal })))
          .items[0] ?? null,
      staleTime: 60_000,
    })),
  });
  const found = asked.map((each) => each.data?.id).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `found` says when one has come
  return useMemo(() => {
    for (const { data } of asked) if (data) seen.set(data.flow, data);
    return seen;
  }, [recent.data, found]);
}
