import { VisuallyHidden } from "@mantine/core";
import { memo, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import { said } from "../flows/folders";
import { beginningOf, titleOf } from "../parts";
import { flowmap as texts } from "../texts";
import styles from "./FlowMap.module.css";
import {
  connectionKey,
  type FlowMap,
  flowKey,
  gathered,
  layoutOf,
  type MapConnection,
  type MapFlow,
  MISSING,
  ROW,
  touched,
} from "./layout";
import { Calls, Uses } from "./lines";
import { sentences } from "./sentences";
import { ConnectionState, FlowState } from "./states";
import { useIsLong } from "./useIsLong";

/**
 * Flows by folder, connections beside them, lines between. Each name is a link that says itself
 * what it touches, so that the lines are for the eye alone.
 */
export function MapPicture({ map }: { map: FlowMap }) {
  const [active, setActive] = useState<string | null>(null);
  const layout = useMemo(() => layoutOf(map), [map]);
  const lit = useMemo(() => (active === null ? null : touched(map, active)), [map, active]);
  const touches = useMemo(() => sentences(map), [map]);
  const isLong = useIsLong(layout);
  const connections = useMemo(
    () => (isLong ? gathered(layout.connections) : layout.connections),
    [isLong, layout],
  );
  const calls = map.lines.filter((line) => line.kind === "calls");
  const state = (key: string) => (lit ? (lit.has(key) ? "lit" : "dim") : undefined);
  const column = useRef<HTMLUListElement>(null);
  return (
    <div
      className={styles.picture}
      data-calls={calls.length > 0 || undefined}
      data-active={active !== null || undefined}
      data-long={isLong || undefined}
    >
      <h2 className={styles.heading} data-of="flows">
        {texts.flows}
      </h2>
      <h2 className={styles.heading} data-of="connections">
        {texts.columns.connections}
      </h2>
      {calls.length > 0 && <Calls lines={calls} layout={layout} active={active} />}
      <ul
        className={styles.column}
        data-of="flows"
        style={{ height: layout.height }}
        aria-label={texts.flows}
      >
        {layout.headings.map(({ y, item }) => (
          <li key={item} className={styles.folder} style={{ top: y }} dir="auto" title={said(item)}>
            {item === MISSING ? texts.missingFlows : said(item) || texts.top}
          </li>
        ))}
        {layout.flows.map(({ y, item }) => (
          <FlowNode
            key={item.flow}
            y={y}
            item={item}
            state={state(flowKey(item.flow))}
            touches={touches.get(flowKey(item.flow)) ?? ""}
            onActive={setActive}
          />
        ))}
      </ul>
      <Uses
        map={map}
        layout={layout}
        connections={connections}
        column={isLong ? column : null}
        active={active}
      />
      <ul
        ref={column}
        className={styles.column}
        data-of="connections"
        style={{ height: isLong ? connections.length * ROW : layout.height }}
        aria-label={texts.columns.connections}
      >
        {connections.map(({ y, item }) => (
          <ConnectionNode
            key={item.nickname}
            y={y}
            item={item}
            state={state(connectionKey(item.nickname))}
            touches={touches.get(connectionKey(item.nickname)) ?? ""}
            onActive={setActive}
          />
        ))}
      </ul>
    </div>
  );
}

interface NodeProps<T> {
  y: number;
  item: T;
  state: "lit" | "dim" | undefined;
  /** What it touches, as a sentence. */
  touches: string;
  onActive: (key: string | null) => void;
}

const FlowNode = memo(function FlowNode({ y, item, state, touches, onActive }: NodeProps<MapFlow>) {
  const title = item.title || item.flow;
  const inside = (
    <>
      <span className={styles.name} dir="auto">
        {beginningOf(title, 300)}
      </span>
      <FlowState flow={item} />
      <VisuallyHidden>{touches}</VisuallyHidden>
    </>
  );
  return (
    <li
      className={styles.node}
      style={{ top: y }}
      data-state={state}
      {...on(flowKey(item.flow), onActive)}
    >
      {item.exists ? (
        <Link to={`/flows/${item.flow}`} title={titleOf(title)}>
          {inside}
        </Link>
      ) : (
        <span className={styles.missing} title={titleOf(title)}>
          {inside}
        </span>
      )}
    </li>
  );
});

const ConnectionNode = memo(function ConnectionNode(props: NodeProps<MapConnection>) {
  const { y, item, state, touches, onActive } = props;
  const inside = (
    <>
      <span className={styles.name} dir="auto">
        {item.nickname}
      </span>
      <ConnectionState connection={item} />
      <VisuallyHidden>{touches}</VisuallyHidden>
    </>
  );
  return (
    <li
      className={styles.node}
      style={{ top: y }}
      data-state={state}
      {...on(connectionKey(item.nickname), onActive)}
    >
      {item.status === null ? (
        <span className={styles.missing} title={titleOf(item.nickname)}>
          {inside}
        </span>
      ) : (
        <Link
          to={`/connections/${encodeURIComponent(item.nickname)}`}
          title={titleOf(item.nickname)}
        >
          {inside}
        </Link>
      )}
    </li>
  );
});

/** What makes a name the one whose lines are shown. */
function on(key: string, onActive: (key: string | null) => void) {
  return {
    onMouseEnter: () => onActive(key),
    onMouseLeave: () => onActive(null),
    onFocus: () => onActive(key),
    onBlur: () => onActive(null),
  };
}
