import { VisuallyHidden } from "@mantine/core";
import { memo, useCallback, useMemo, useState } from "react";
import { Link } from "react-router";
import { said } from "../flows/folders";
import { flowmap as texts } from "../texts";
import styles from "./FlowMap.module.css";
import {
  connectionKey,
  endOf,
  type FlowMap,
  flowKey,
  layoutOf,
  type MapConnection,
  type MapFlow,
  MISSING,
  touched,
} from "./layout";
import { ConnectionState, FlowState } from "./states";

/** How wide the lines between flows may bow to the left. */
const BOW = 64;

/**
 * Flows by folder, connections beside them, lines between. Each name is a link that says itself
 * what it touches, so that the lines are for the eye alone.
 */
export function MapPicture({ map }: { map: FlowMap }) {
  const [active, setActive] = useState<string | null>(null);
  const layout = useMemo(() => layoutOf(map), [map]);
  const lit = useMemo(() => (active === null ? null : touched(map, active)), [map, active]);
  const heights = useMemo(
    () =>
      new Map([
        ...layout.flows.map((each) => [flowKey(each.item.flow), each.y] as const),
        ...layout.connections.map((each) => [connectionKey(each.item.nickname), each.y] as const),
      ]),
    [layout],
  );
  const touches = useMemo(() => sentences(map), [map]);
  const calls = map.lines.filter((line) => line.kind === "calls");
  const uses = map.lines.filter((line) => line.kind === "uses");
  const onActive = useCallback((key: string | null) => setActive(key), []);
  const isLit = (line: FlowMap["lines"][number]) =>
    active !== null && (flowKey(line.flow) === active || endOf(line) === active);
  const state = (key: string) => (lit ? (lit.has(key) ? "lit" : "dim") : undefined);
  const style = { height: layout.height };
  return (
    <div
      className={styles.picture}
      data-calls={calls.length > 0 || undefined}
      data-active={active !== null || undefined}
    >
      <h2 className={styles.heading} data-of="flows">
        {texts.columns.flow}
      </h2>
      <h2 className={styles.heading} data-of="connections">
        {texts.columns.connections}
      </h2>
      {calls.length > 0 && (
        <svg
          className={styles.calls}
          width={BOW + 4}
          height={layout.height}
          aria-hidden="true"
          focusable="false"
        >
          {calls.map((line) => (
            <Call
              key={`${line.flow} ${line.to}`}
              from={heights.get(flowKey(line.flow)) ?? 0}
              to={heights.get(flowKey(line.to)) ?? 0}
              lit={isLit(line)}
            />
          ))}
        </svg>
      )}
      <ul className={styles.column} data-of="flows" style={style} aria-label={texts.flows}>
        {layout.headings.map(({ y, item }) => (
          <li key={item} className={styles.folder} style={{ top: y }} dir="auto">
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
            onActive={onActive}
          />
        ))}
      </ul>
      <svg
        className={styles.uses}
        viewBox={`0 0 100 ${Math.max(1, layout.height)}`}
        height={layout.height}
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
      >
        {uses.map((line) => {
          const from = heights.get(flowKey(line.flow)) ?? 0;
          const to = heights.get(endOf(line)) ?? 0;
          return (
            <path
              key={`${line.flow} ${line.to}`}
              data-lit={isLit(line) || undefined}
              d={`M0,${from} C45,${from} 55,${to} 100,${to}`}
              vectorEffect="non-scaling-stroke"
            />
          );
        })}
      </svg>
      <ul
        className={styles.column}
        data-of="connections"
        style={style}
        aria-label={texts.columns.connections}
      >
        {layout.connections.map(({ y, item }) => (
          <ConnectionNode
            key={item.nickname}
            y={y}
            item={item}
            state={state(connectionKey(item.nickname))}
            touches={touches.get(connectionKey(item.nickname)) ?? ""}
            onActive={onActive}
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
        {title}
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
        <Link to={`/flows/${item.flow}`} title={title}>
          {inside}
        </Link>
      ) : (
        <span className={styles.missing}>{inside}</span>
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
        <span className={styles.missing}>{inside}</span>
      ) : (
        <Link to={`/connections/${encodeURIComponent(item.nickname)}`} title={item.nickname}>
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

/** An arrow that bows to the left, further the further it goes; a loop to a flow that calls itself. */
function Call({ from, to, lit }: { from: number; to: number; lit: boolean }) {
  const start = from === to ? from - 6 : from;
  const end = from === to ? to + 6 : to + (to < from ? 5 : -5);
  const reach = BOW - Math.min(BOW - 8, 18 + Math.abs(to - from) / 6);
  const right = BOW - 2;
  return (
    <g data-lit={lit || undefined}>
      <path d={`M${right},${start} C${reach},${start} ${reach},${end} ${right - 4},${end}`} />
      <path d={`M${right - 7},${end - 4} L${right},${end} L${right - 7},${end + 4}`} data-head />
    </g>
  );
}

/** What each flow and connection touches, as a sentence. */
function sentences(map: FlowMap): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const titles = new Map(map.flows.map((each) => [each.flow, each.title || each.flow]));
  const title = (flow: string) => titles.get(flow) ?? flow;
  for (const { flow } of map.flows) {
    const uses = map.lines.filter((line) => line.kind === "uses" && line.flow === flow);
    const calls = map.lines.filter((line) => line.kind === "calls" && line.flow === flow);
    const callers = map.lines.filter((line) => line.kind === "calls" && line.to === flow);
    const said = [
      uses.length && texts.uses(uses.map((line) => line.to).join(", ")),
      calls.length && texts.calls(calls.map((line) => title(line.to)).join(", ")),
      callers.length && texts.calledBy(callers.map((line) => title(line.flow)).join(", ")),
    ].filter(Boolean);
    found.set(flowKey(flow), said.join("; "));
  }
  for (const { nickname } of map.connections) {
    const users = map.lines.filter((line) => line.kind === "uses" && line.to === nickname);
    found.set(connectionKey(nickname), texts.usedBy(users.length));
  }
  return found;
}
