import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useDeferredValue, useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { FlowSummary } from "../api/client";
import { flowList } from "../api/queries";
import { Empty, Loading, Page, ProblemView } from "../parts";
import { Plus } from "../parts/icons";
import { may, session } from "../signin/session";
import { flows as texts } from "../texts";
import { useFlowsChange } from "./changes";
import { DeleteFlow, GiveFlow, MoveFlows, MoveFolder } from "./dialogs";
import { FlowFilters } from "./FlowFilters";
import styles from "./Flows.module.css";
import { brief, FlowTable, type RowAction } from "./FlowTable";
import { FolderTree } from "./FolderTree";
import { type Folder, isWithin, pathsOf, said, treeOf } from "./folders";
import { NewFlow } from "./NewFlow";
import { type Column, type FlowFilter, listed, readFilter, writeFilter } from "./rows";
import { useLastRuns } from "./useLastRuns";

type Asked =
  | { what: "move"; flows: readonly string[]; title: string; folder: string }
  | { what: "rename"; folder: Folder }
  | { what: "give" | "delete"; flow: string; title: string };

const NONE: readonly FlowSummary[] = [];

/** All flows, in their folders: to find one, to open one, to put them in order, to begin one. */
export default function FlowsView() {
  const flows = useQuery(flowList);
  const who = useQuery(session).data;
  const [address, setAddress] = useSearchParams();
  const filter = useMemo(() => readFilter(address), [address]);
  const setFilter = useCallback(
    (next: FlowFilter, step = false) => setAddress(writeFilter(next), { replace: !step }),
    [setAddress],
  );
  const lastRuns = useLastRuns(flows.data);
  const [by, setBy] = useState<Column>("saved");
  const [down, setDown] = useState(true);
  const [creating, setCreating] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked | null>(null);
  const [saying, setSaying] = useState("");
  const change = useFlowsChange();
  const { mutate } = change;

  const all = flows.data ?? NONE;
  const wanted = useDeferredValue(filter);
  const rows = useMemo(
    () => listed(all, lastRuns, wanted, by, down),
    [all, lastRuns, wanted, by, down],
  );
  const folders = useMemo(() => treeOf(all), [all]);
  const paths = useMemo(() => pathsOf(folders), [folders]);
  const mayChange = may(who, "write");
  const owners = all.some((each) => each.owner);
  // What is not shown is not chosen: nobody changes what he does not see.
  const shown = new Set(rows.map((row) => row.flow.flow));
  const choice = [...chosen].filter((each) => shown.has(each));
  const titleOf = (name: string) => {
    const found = all.find((each) => each.flow === name);
    return brief(found?.title || name);
  };

  const sort = (column: Column) => {
    if (column === by) setDown(!down);
    else {
      setBy(column);
      setDown(column === "saved" || column === "ran");
    }
  };
  const choose = useCallback((names: readonly string[], is: boolean) => {
    setChosen((was) => {
      const now = new Set(was);
      for (const name of names) is ? now.add(name) : now.delete(name);
      return now;
    });
  }, []);
  const turn = useCallback(
    (names: string[], title: string, on: boolean) =>
      mutate(
        { flows: names, enabled: on },
        {
          onSuccess: () => setSaying((on ? texts.turnedOn : texts.turnedOff)(title)),
          onError: () => setSaying(texts.notChanged(title)),
        },
      ),
    [mutate],
  );
  const onSwitch = useCallback(
    (flow: FlowSummary, on: boolean) => turn([flow.flow], brief(flow.title || flow.flow), on),
    [turn],
  );
  const onAction = useCallback((what: RowAction, { flow, title, folder }: FlowSummary) => {
    const name = brief(title || flow);
    setAsked(
      what === "move" ? { what, flows: [flow], title: name, folder } : { what, flow, title: name },
    );
  }, []);
  const moved = (count: number, folder: string) => {
    setAsked(null);
    setChosen(new Set());
    setSaying(texts.moved(count, said(folder)));
  };
  const drop = (names: string[], folder: string) => {
    const known = names.filter((name) => all.some((each) => each.flow === name));
    if (!known.length) return;
    mutate({ flows: known, folder }, { onSuccess: () => moved(known.length, folder) });
  };
  const close = () => setAsked(null);
  const chosenTitle = choice.length === 1 ? titleOf(choice[0] ?? "") : texts.chosen(choice.length);

  const begin = mayChange && (
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
            <Button variant="default" component={Link} to="/flow-map">
              {texts.map}
            </Button>
            {begin}
          </div>
        )
      }
    >
      <span role="status" className={styles.hidden}>
        {saying}
      </span>
      {flows.isLoading && <Loading />}
      {flows.error && <ProblemView error={flows.error} onRetry={() => flows.refetch()} />}
      {change.error && !asked && <ProblemView error={change.error} />}
      {flows.data && !all.length && (
        <Empty title={texts.empty} action={begin}>
          {texts.emptyText}
        </Empty>
      )}
      {all.length > 0 && (
        <div className={styles.view} data-folders={folders.length > 0 || undefined}>
          {folders.length > 0 && (
            <FolderTree
              folders={folders}
              count={all.length}
              chosen={filter.search ? "" : filter.folder}
              onChoose={(folder) => setFilter({ ...filter, folder, search: "" }, true)}
              onRename={(folder) => setAsked({ what: "rename", folder })}
              onDrop={drop}
              mayChange={mayChange}
            />
          )}
          <div className={styles.list}>
            <FlowFilters filter={filter} flows={all} onChange={setFilter} />
            {choice.length > 0 ? (
              <div className={styles.chosen} role="toolbar" aria-label={texts.chosenActions}>
                <strong>{texts.chosen(choice.length)}</strong>
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() =>
                    setAsked({
                      what: "move",
                      flows: choice,
                      title: chosenTitle,
                      folder: filter.folder,
                    })
                  }
                >
                  {texts.move}
                </Button>
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => turn(choice, chosenTitle, true)}
                >
                  {texts.turnOn}
                </Button>
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => turn(choice, chosenTitle, false)}
                >
                  {texts.turnOff}
                </Button>
                <Button size="compact-sm" variant="subtle" onClick={() => setChosen(new Set())}>
                  {texts.chooseNone}
                </Button>
              </div>
            ) : (
              <p className={styles.count} role="status">
                {texts.count(rows.length, all.length)}
              </p>
            )}
            {rows.length ? (
              <FlowTable
                rows={rows}
                by={by}
                down={down}
                onSort={sort}
                folder={filter.search ? "" : filter.folder}
                chosen={chosen}
                onChoose={choose}
                onSwitch={onSwitch}
                onAction={onAction}
                mayChange={mayChange}
                owners={owners}
              />
            ) : (
              <Nothing filter={filter} flows={all} onChange={setFilter} />
            )}
          </div>
        </div>
      )}
      {creating && (
        <NewFlow
          taken={all.map((each) => each.flow)}
          folder={filter.search ? "" : filter.folder}
          onClose={() => setCreating(false)}
        />
      )}
      {asked?.what === "move" && (
        <MoveFlows
          {...asked}
          folders={paths}
          onClose={close}
          onMoved={(folder) => moved(asked.flows.length, folder)}
        />
      )}
      {asked?.what === "rename" && (
        <MoveFolder
          folder={asked.folder}
          folders={paths}
          onClose={close}
          onMoved={(path) => {
            close();
            setSaying(texts.folders.renamed(said(path)));
            if (isWithin(filter.folder, asked.folder.path)) setFilter({ ...filter, folder: path });
          }}
        />
      )}
      {asked?.what === "give" && <GiveFlow {...asked} onClose={close} />}
      {asked?.what === "delete" && <DeleteFlow {...asked} onClose={close} />}
    </Page>
  );
}

interface NothingProps {
  filter: FlowFilter;
  flows: readonly FlowSummary[];
  onChange: (filter: FlowFilter, step?: boolean) => void;
}

/** Why nothing is listed: nothing is in the folder, or nothing fits. */
function Nothing({ filter, flows, onChange }: NothingProps) {
  const empty = !filter.search && !flows.some((each) => isWithin(each.folder, filter.folder));
  return (
    <Empty
      title={empty ? texts.noneHere : texts.noneFound}
      action={
        <Button
          variant="default"
          onClick={() => onChange({ folder: "", search: "", on: null, connection: null }, true)}
        >
          {texts.showAll}
        </Button>
      }
    >
      {empty ? texts.noneHereText : texts.noneFoundText}
    </Empty>
  );
}
