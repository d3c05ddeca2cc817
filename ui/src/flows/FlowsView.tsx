import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import type { FlowSummary } from "../api/client";
import { flowList } from "../api/queries";
import { Empty, Loading, Page, ProblemView } from "../parts";
import { Plus } from "../parts/icons";
import { may, session } from "../signin/session";
import { flows as texts } from "../texts";
import { ChosenFlows } from "./ChosenFlows";
import { useFlowsChange } from "./changes";
import { type Asked, FlowDialogs } from "./FlowDialogs";
import { FlowFilters } from "./FlowFilters";
import type { RowAction } from "./FlowRow";
import styles from "./Flows.module.css";
import { FlowTable } from "./FlowTable";
import type { FolderAction } from "./FolderMenu";
import { FolderSelect } from "./FolderSelect";
import { FolderTree } from "./FolderTree";
import { type Folder, isWithin, parentOf, said, treeOf } from "./folders";
import { NothingListed } from "./NothingListed";
import { nameOf } from "./named";
import { useListed } from "./useListed";
import { useMadeFolders } from "./useMadeFolders";

const NONE: readonly FlowSummary[] = [];
const WIDE = "(min-width: 1000px)";

/** All flows, in their folders: to find one, to open one, to put them in order, to begin one. */
export default function FlowsView() {
  const flows = useQuery(flowList);
  const who = useQuery(session).data;
  const all = flows.data ?? NONE;
  const { filter, narrow, order, sort, rows, runsKnown } = useListed(all);
  const { made, make, forget } = useMadeFolders();
  const folders = useMemo(() => treeOf(all, made), [all, made]);
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [saying, setSaying] = useState("");
  const { asked, ask, close, list } = useAsking();
  const change = useFlowsChange();
  const { mutate } = change;

  const mayChange = may(who, "write");
  const folder = filter.search ? "" : filter.folder;
  // What is not shown is not chosen: nobody changes what he does not see.
  const choice = rows.map((row) => row.flow.flow).filter((each) => chosen.has(each));

  const choose = useCallback((names: readonly string[], is: boolean) => {
    setChosen((was) => {
      const now = new Set(was);
      for (const name of names) is ? now.add(name) : now.delete(name);
      return now;
    });
  }, []);
  const turn = useCallback(
    (names: string[], what: string, enabled: boolean) =>
      mutate(
        { flows: names, enabled },
        {
          onSuccess: () => setSaying(texts.turned(what, names.length, enabled)),
          onError: () => setSaying(texts.notChanged(what, names.length)),
        },
      ),
    [mutate],
  );
  const onSwitch = useCallback(
    (flow: FlowSummary, on: boolean) => turn([flow.flow], nameOf(flow), on),
    [turn],
  );
  const onAction = useCallback(
    (what: RowAction, flow: FlowSummary, from: HTMLElement | null) => {
      const { flow: name, folder } = flow;
      const said = { title: nameOf(flow), whole: flow.title || name };
      if (what === "move") ask({ what, flows: [name], folder, ...said }, from);
      else ask({ what, flow: name, ...said }, from);
    },
    [ask],
  );
  const onFolderAction = (action: FolderAction, of: Folder, from: HTMLElement | null) => {
    if (action === "make") ask({ what: "makeFolder", within: of.path }, from);
    else if (action === "rename") ask({ what: "moveFolder", folder: of }, from);
    else if (of.count) ask({ what: "dissolveFolder", folder: of }, from);
    else {
      forget(of.path);
      if (isWithin(filter.folder, of.path)) {
        narrow({ folder: parentOf(of.path) });
      }
      list.current?.focus();
    }
  };
  const open = (path: string) => narrow({ folder: path, search: "" }, true);
  const moved = (count: number, to: string) => {
    close();
    setChosen(new Set());
    setSaying(texts.moved(count, said(to)));
  };
  const drop = (names: string[], to: string) => {
    const known = names.filter((name) => all.some((each) => each.flow === name));
    if (known.length) {
      mutate({ flows: known, folder: to }, { onSuccess: () => moved(known.length, to) });
    }
  };

  const begin = mayChange && (
    <Button
      leftSection={<Plus size={14} />}
      onClick={(event) => ask({ what: "begin", folder }, event.currentTarget)}
    >
      {texts.newFlow}
    </Button>
  );
  const tree = {
    folders,
    count: all.length,
    chosen: folder,
    onChoose: open,
    onAction: onFolderAction,
    mayChange,
  };
  return (
    <Page
      title={texts.title}
      actions={
        all.length > 0 && (
          <div className={styles.actions}>
            <Button variant="default" component={Link} to="/flow-map">
              {texts.map}
            </Button>
            {mayChange && (
              <Button
                variant="default"
                onClick={(event) =>
                  ask({ what: "makeFolder", within: folder }, event.currentTarget)
                }
              >
                {texts.folders.new}
              </Button>
            )}
            {begin}
          </div>
        )
      }
    >
      <span role="status" className={styles.hidden}>
        {saying}
      </span>
      {flows.isLoading && <Loading />}
      {flows.error && <ProblemView error={flows.error} onRetry={() => void flows.refetch()} />}
      {change.error && !asked && <ProblemView error={change.error} />}
      {flows.data && !all.length && (
        <Empty title={texts.empty} action={begin}>
          {texts.emptyText}
        </Empty>
      )}
      {all.length > 0 && (
        <div className={styles.view} data-folders={folders.length > 0 || undefined}>
          {(folders.length > 0 || folder) &&
            (isWide ? <FolderTree {...tree} onDrop={drop} /> : <FolderSelect {...tree} />)}
          <section className={styles.list} ref={list} tabIndex={-1} aria-label={texts.title}>
            <FlowFilters filter={filter} flows={all} onChange={narrow} />
            {choice.length > 0 ? (
              <ChosenFlows
                count={choice.length}
                onMove={(from) => {
                  const first = all.find((each) => each.flow === choice[0]);
                  const title = first ? nameOf(first) : "";
                  const whole = choice.length === 1 ? first?.title || title : "";
                  ask({ what: "move", flows: choice, title, whole, folder }, from);
                }}
                onTurn={(on) => {
                  const first = all.find((each) => each.flow === choice[0]);
                  turn(choice, first ? nameOf(first) : "", on);
                }}
                onNone={() => {
                  setChosen(new Set());
                  list.current?.focus();
                }}
              />
            ) : (
              <p className={styles.count} role="status">
                {texts.count(rows.length, all.length)}
              </p>
            )}
            {rows.length ? (
              <FlowTable
                rows={rows}
                order={order}
                onSort={sort}
                folder={folder}
                chosen={chosen}
                onChoose={choose}
                onSwitch={onSwitch}
                onAction={onAction}
                mayChange={mayChange}
                owners={all.some((each) => each.owner)}
                runsKnown={runsKnown}
              />
            ) : (
              <NothingListed
                filter={filter}
                flows={all}
                onChange={(change) => narrow(change, true)}
                begin={begin}
              />
            )}
          </section>
        </div>
      )}
      <FlowDialogs
        asked={asked}
        flows={all}
        folders={folders}
        onClose={close}
        onMoved={moved}
        onMade={(path) => {
          close();
          make(path);
          setSaying(texts.folders.made(said(path)));
          open(path);
        }}
        onFolder={(was, to) => {
          close();
          forget(was.path);
          if (!was.count) make(to);
          setSaying(texts.folders.renamed(said(to)));
          if (isWithin(filter.folder, was.path)) narrow({ folder: to });
        }}
      />
    </Page>
  );
}

/** Which dialog is open. What it was opened from has the focus afterwards, or else the list. */
function useAsking() {
  const [asked, setAsked] = useState<Asked | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const list = useRef<HTMLElement>(null);
  const ask = useCallback((what: Asked, from: HTMLElement | null) => {
    opener.current = from;
    setAsked(what);
  }, []);
  const close = useCallback(() => setAsked(null), []);
  useEffect(() => {
    const from = opener.current;
    if (asked || !from) return;
    opener.current = null;
    (from.isConnected ? from : list.current)?.focus();
  }, [asked]);
  return { asked, ask, close, list };
}
