import { ActionIcon, Menu } from "@mantine/core";
import { memo, useRef } from "react";
import { Link, useNavigate } from "react-router";
import type { FlowSummary } from "../api/client";
import { beginningOf, StatusBadge, TimeAgo, titleOf } from "../parts";
import { More } from "../parts/icons";
import { flows as texts } from "../texts";
import { Choose } from "./Choose";
import { FlowSwitch } from "./FlowSwitch";
import styles from "./Flows.module.css";
import type { FlowTableProps } from "./FlowTable";
import { drag } from "./FolderTree";
import { said } from "./folders";
import { nameOf } from "./named";
import type { Row } from "./rows";

export type RowAction = "move" | "give" | "delete";

interface FlowRowProps
  extends Row,
    Pick<FlowTableProps, "onSwitch" | "onAction" | "mayChange" | "owners" | "runsKnown"> {
  /** Its folder, as far as the open one does not say it. */
  where: string;
  chosen: boolean;
  onChoose: (flow: string, chosen: boolean, further: boolean) => void;
  /** What is dragged with it. */
  dragged: ReadonlySet<string> | null;
}

/** A flow in the list. */
export const FlowRow = memo(function FlowRow(props: FlowRowProps) {
  const { flow, last, where, chosen, dragged, onChoose, onSwitch, mayChange, owners } = props;
  const title = flow.title || flow.flow;
  const short = nameOf(flow);
  return (
    <tr
      data-chosen={chosen || undefined}
      data-off={!flow.enabled || undefined}
      draggable={mayChange}
      onDragStart={(event) => drag(event, dragged ? [...dragged] : [flow.flow])}
    >
      {mayChange && (
        <td data-column="choose">
          <Choose
            label={texts.choose(short)}
            checked={chosen}
            onChange={(is, further) => onChoose(flow.flow, is, further)}
          />
        </td>
      )}
      <td data-column="title">
        <Link
          to={`/flows/${flow.flow}`}
          className={styles.name}
          dir="auto"
          title={titleOf(title)}
          draggable={false}
        >
          {beginningOf(title, 300)}
        </Link>
        <span className={styles.about} dir="auto" title={titleOf(flow.description ?? "")}>
          {beginningOf(flow.description || flow.flow, 300)}
        </span>
        {where && (
          <Link
            to={`/flows?folder=${encodeURIComponent(flow.folder)}`}
            className={styles.where}
            title={titleOf(flow.folder)}
            draggable={false}
          >
            {texts.in} <bdi>{said(where)}</bdi>
          </Link>
        )}
      </td>
      <td data-column="connections">
        {flow.connections.length ? (
          <span className={styles.connections}>
            {flow.connections.map((each) => (
              <Link
                key={each}
                to={`/connections/${encodeURIComponent(each)}`}
                dir="auto"
                draggable={false}
              >
                {each}
              </Link>
            ))}
          </span>
        ) : (
          <span className={styles.quiet}>{texts.noConnections}</span>
        )}
      </td>
      {owners && (
        <td data-column="owner" dir="auto">
          {flow.owner}
        </td>
      )}
      <td data-column="ran">
        {last ? (
          <Link to={`/runs/${last.id}`} className={styles.run} draggable={false}>
            <StatusBadge status={last.status} />
            <TimeAgo time={last.created_at} />
          </Link>
        ) : (
          <span className={styles.quiet}>{props.runsKnown && texts.neverRan}</span>
        )}
      </td>
      <td data-column="saved">
        <TimeAgo time={flow.saved_at} />
        {flow.saved_by && (
          <>
            {" "}
            {texts.by} <bdi>{flow.saved_by}</bdi>
          </>
        )}
        <span className={styles.about}>
          {texts.version(flow.version)}, {texts.cards(flow.cards)}
        </span>
      </td>
      <td data-column="on">
        <FlowSwitch
          title={short}
          on={flow.enabled}
          disabled={!mayChange}
          onSwitch={(on) => onSwitch(flow, on)}
        />
      </td>
      {mayChange && (
        <td data-column="more">
          <RowMenu flow={flow} title={short} onAction={props.onAction} />
        </td>
      )}
    </tr>
  );
});

interface RowMenuProps {
  flow: FlowSummary;
  title: string;
  onAction: FlowTableProps["onAction"];
}

function RowMenu({ flow, title, onAction }: RowMenuProps) {
  const navigate = useNavigate();
  const button = useRef<HTMLButtonElement>(null);
  const act = (action: RowAction) => () => onAction(action, flow, button.current);
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon
          ref={button}
          variant="subtle"
          color="gray"
          size={28}
          aria-label={texts.moreFor(title)}
        >
          <More />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => navigate(`/flows/${flow.flow}`)}>{texts.open}</Menu.Item>
        <Menu.Item onClick={() => navigate(`/runs?flow=${flow.flow}`)}>{texts.openRuns}</Menu.Item>
        <Menu.Item onClick={act("move")}>{texts.move}</Menu.Item>
        {flow.owner && <Menu.Item onClick={act("give")}>{texts.give}</Menu.Item>}
        <Menu.Divider />
        <Menu.Item color="red" onClick={act("delete")}>
          {texts.delete}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
