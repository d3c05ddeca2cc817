import { VisuallyHidden } from "@mantine/core";
import { type ReactNode, useCallback, useRef } from "react";
import type { FlowSummary } from "../api/client";
import { flows as texts } from "../texts";
import { Choose } from "./Choose";
import { FlowRow, type RowAction } from "./FlowRow";
import styles from "./Flows.module.css";
import { isWithin } from "./folders";
import type { Column, Order, Row } from "./rows";

export interface FlowTableProps {
  rows: readonly Row[];
  order: Order;
  onSort: (column: Column) => void;
  /** The folder that is open: rows say where else they are. */
  folder: string;
  chosen: ReadonlySet<string>;
  onChoose: (flows: readonly string[], chosen: boolean) => void;
  onSwitch: (flow: FlowSummary, on: boolean) => void;
  /** `from` is what has the focus again afterwards. */
  onAction: (action: RowAction, flow: FlowSummary, from: HTMLElement | null) => void;
  mayChange: boolean;
  /** Whether flows belong to somebody here. */
  owners: boolean;
  /** Whether it is known by now how flows ran. */
  runsKnown: boolean;
}

/** Flows as a table: to open, to choose, to switch. */
export function FlowTable(props: FlowTableProps) {
  const { rows, order, onSort, folder, chosen, onChoose, mayChange, owners } = props;
  const names = rows.map((row) => row.flow.flow);
  const count = names.filter((each) => chosen.has(each)).length;
  const shown = useRef(names);
  shown.current = names;
  const before = useRef<string | null>(null);
  const chooseRow = useCallback(
    (name: string, is: boolean, further: boolean) => {
      const all = shown.current;
      const ends = [all.indexOf(name), all.indexOf(before.current ?? "")].sort((a, b) => a - b);
      const [from = 0, to = 0] = ends;
      before.current = name;
      onChoose(further && from >= 0 ? all.slice(from, to + 1) : [name], is);
    },
    [onChoose],
  );
  const heading = { order, onSort };
  return (
    <div className={styles.sheet}>
      <table className={styles.table} aria-label={texts.title}>
        <thead>
          <tr>
            {mayChange && (
              <th scope="col" data-column="choose">
                <Choose
                  label={texts.chooseAll}
                  checked={count > 0 && count === names.length}
                  partly={count > 0 && count < names.length}
                  onChange={(is) => onChoose(names, is)}
                />
              </th>
            )}
            <Heading column="title" {...heading}>
              {texts.columns.flow}
            </Heading>
            <Heading column="connections" {...heading}>
              {texts.columns.connections}
            </Heading>
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
            <Heading column="on" {...heading}>
              {texts.columns.on}
            </Heading>
            {mayChange && (
              <th scope="col" data-column="more">
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
              onChoose={chooseRow}
              onSwitch={props.onSwitch}
              onAction={props.onAction}
              mayChange={mayChange}
              owners={owners}
              runsKnown={props.runsKnown}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadingProps {
  column: Column;
  order: Order;
  onSort: (column: Column) => void;
  children: ReactNode;
}

function Heading({ column, order, onSort, children }: HeadingProps) {
  const sorted = column === order.by && (order.down ? "descending" : "ascending");
  return (
    <th scope="col" data-column={column} aria-sort={sorted || undefined}>
      <button type="button" onClick={() => onSort(column)}>
        {children}
        <span aria-hidden="true">{sorted ? (order.down ? " ↓" : " ↑") : ""}</span>
      </button>
    </th>
  );
}

function inside(folder: string, open: string): string {
  return open ? folder.slice(open.length + 1) : folder;
}
