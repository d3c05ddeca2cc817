import { ActionIcon, Checkbox, Menu, Switch, VisuallyHidden } from "@mantine/core";
import { memo, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import type { FlowSummary } from "../api/client";
import { StatusBadge, TimeAgo } from "../parts";
import { More } from "../parts/icons";
import { flows as texts } from "../texts";
import styles from "./Flows.module.css";
import { drag } from "./FolderTree";
import { isWithin, said } from "./folders";
import type { Column, Row } from "./rows";

export type RowAction = "move" | "give" | "delete";

interface FlowTableProps {
  rows: readonly Row[];
  by: Column;
  down: boolean;
  onSort: (column: Column) => void;
  /** The folder that is open: rows say where else they are. */
  folder: string;
  chosen: ReadonlySet<string>;
  onChoose: (flows: readonly string[], chosen: boolean) => void;
  onSwitch: (flow: FlowSummary, on: boolean) => void;
  onAction: (action: RowAction, flow: FlowSummary) => void;
  mayChange: boolean;
  /** Whether flows belong to somebody here. */
  owners: boolean;
}

/** Flows as a table: to open, to choose, to switch. */
export function FlowTable(props: FlowTableProps) {
  const { rows, by, down, onSort, folder, chosen, onChoose, mayChange, owners } = props;
  const names = rows.map((row) => row.flow.flow);
  const count = names.filter((each) => chosen.has(each)).length;
  const heading = { by, down, onSort };
  return (
    <div className={styles.sheet}>
      <table className={styles.table} aria-label={texts.title}>
        <thead>
          <tr>
            {mayChange && (
              <th scope="col" className={styles.narrow}>
                <Checkbox
                  size="xs"
                  aria-label={texts.chooseAll}
                  checked={count > 0 && count === names.length}
                  indeterminate={count > 0 && count < names.length}
                  onChange={(event) => onChoose(names, event.currentTarget.checked)}
                />
              </th>
            )}
            <Heading column="title" {...heading}>
              {texts.columns.flow}
            </Heading>
            <th scope="col" data-wide>
              {texts.columns.connections}
            </th>
            {owners && (
              <Heading column="owner" {...heading}>
                {texts.columns.owner}
              </Heading>
            )}
            <Heading column="ran" {...heading}>
              {texts.columns.lastRun}
            </Heading>
            <Heading column="saved" {...heading}>
              {texts.columns.saved}
            </Heading>
            <th scope="col" className={styles.narrow}>
              {texts.columns.on}
            </th>
            {mayChange && (
              <th scope="col" className={styles.narrow}>
                <VisuallyHidden>{texts.columns.actions}</VisuallyHidden>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ flow, last }) => (
            <FlowRow
              key={flow.flow}
              flow={flow}
              last={last}
              where={isWithin(flow.folder, folder) ? inside(flow.folder, folder) : flow.folder}
              chosen={chosen.has(flow.flow)}
              dragged={chosen.has(flow.flow) ? chosen : null}
              onChoose={onChoose}
              onSwitch={props.onSwitch}
              onAction={props.onAction}
              mayChange={mayChange}
              owners={owners}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadingProps {
  column: Column;
  by: Column;
  down: boolean;
  onSort: (column: Column) => void;
  children: ReactNode;
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

interface FlowRowProps
  extends Row,
    Pick<FlowTableProps, "onChoose" | "onSwitch" | "onAction" | "mayChange" | "owners"> {
  /** Its folder, as far as the open one does not say it. */
  where: string;
  chosen: boolean;
  /** What is dragged with it. */
  dragged: ReadonlySet<string> | null;
}

const FlowRow = memo(function FlowRow(props: FlowRowProps) {
  const { flow, last, where, chosen, dragged, onChoose, onSwitch, mayChange, owners } = props;
  const title = flow.title || flow.flow;
  const short = brief(title);
  return (
    <tr
      data-chosen={chosen || undefined}
      data-off={!flow.enabled || undefined}
      draggable={mayChange}
      onDragStart={(event) => drag(event, dragged ? [...dragged] : [flow.flow])}
    >
      {mayChange && (
        <td className={styles.narrow}>
          <Checkbox
            size="xs"
            aria-label={texts.choose(short)}
            checked={chosen}
            onChange={(event) => onChoose([flow.flow], event.currentTarget.checked)}
          />
        </td>
      )}
      <td className={styles.flow}>
        <Link to={`/flows/${flow.flow}`} className={styles.name} dir="auto" draggable={false}>
          {title}
        </Link>
        <span className={styles.about} dir="auto">
          {flow.description || flow.flow}
        </span>
        {where && (
          <Link
            to={`/flows?folder=${encodeURIComponent(flow.folder)}`}
            className={styles.where}
            dir="auto"
            draggable={false}
          >
            {said(where)}
          </Link>
        )}
      </td>
      <td data-wide>
        {flow.connections.length ? (
          <span className={styles.connections}>
            {flow.connections.map((each) => (
              <Link key={each} to={`/connections/${encodeURIComponent(each)}`} draggable={false}>
                {each}
              </Link>
            ))}
          </span>
        ) : (
          <span className={styles.quiet}>{texts.noConnections}</span>
        )}
      </td>
      {owners && <td className={styles.owner}>{flow.owner}</td>}
      <td>
        {last ? (
          <Link to={`/runs/${last.id}`} className={styles.run} draggable={false}>
            <StatusBadge status={last.status} />
            <TimeAgo time={last.created_at} />
          </Link>
        ) : (
          <span className={styles.quiet}>{texts.neverRan}</span>
        )}
      </td>
      <td>
        <TimeAgo time={flow.saved_at} /> {flow.saved_by && texts.savedBy(flow.saved_by)}
        <span className={styles.about}>
          {texts.version(flow.version)}, {texts.cards(flow.cards)}
        </span>
      </td>
      <td className={styles.narrow}>
        <FlowSwitch
          title={short}
          on={flow.enabled}
          disabled={!mayChange}
          onSwitch={(on) => onSwitch(flow, on)}
        />
      </td>
      {mayChange && (
        <td className={styles.narrow}>
          <RowMenu flow={flow} title={short} onAction={props.onAction} />
        </td>
      )}
    </tr>
  );
});

interface FlowSwitchProps {
  title: string;
  on: boolean;
  disabled?: boolean;
  onSwitch: (on: boolean) => void;
}

/** Whether runs of a flow may be started: a switch, and the word beside it. */
export function FlowSwitch({ title, on, disabled, onSwitch }: FlowSwitchProps) {
  return (
    <span className={styles.switch} title={on ? undefined : texts.offHelp}>
      <Switch
        size="xs"
        role="switch"
        aria-label={texts.switchOf(title)}
        checked={on}
        disabled={disabled}
        onChange={(event) => onSwitch(event.currentTarget.checked)}
      />
      <span aria-hidden="true">{on ? texts.on : texts.off}</span>
    </span>
  );
}

interface RowMenuProps {
  flow: FlowSummary;
  title: string;
  onAction: (action: RowAction, flow: FlowSummary) => void;
}

function RowMenu({ flow, title, onAction }: RowMenuProps) {
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={texts.moreFor(title)}>
          <More />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => navigate(`/flows/${flow.flow}`)}>{texts.open}</Menu.Item>
        <Menu.Item onClick={() => navigate(`/runs?flow=${flow.flow}`)}>{texts.openRuns}</Menu.Item>
        <Menu.Item onClick={() => onAction("move", flow)}>{texts.move}</Menu.Item>
        {flow.owner && <Menu.Item onClick={() => onAction("give", flow)}>{texts.give}</Menu.Item>}
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => onAction("delete", flow)}>
          {texts.delete}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function inside(folder: string, open: string): string {
  return open ? folder.slice(open.length + 1) : folder;
}

/** Short enough to be said: somebody's title may be 10,000 letters long. */
export function brief(title: string): string {
  return title.length > 80 ? `${title.slice(0, 79)}…` : title;
}
