import { memo, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import styles from "./FlowMap.module.css";
import {
  type At,
  connectionKey,
  endOf,
  type FlowMap,
  flowKey,
  type Layout,
  type MapConnection,
  type MapLine,
} from "./layout";

/** How wide the lines between flows may bow to the left. */
const BOW = 64;

interface CallsProps {
  lines: readonly MapLine[];
  layout: Layout;
  active: string | null;
}

/** Which flows call which: arrows on the left of them. */
export const Calls = memo(function Calls({ lines, layout, active }: CallsProps) {
  const heights = new Map(layout.flows.map((each) => [each.item.flow, each.y]));
  return (
    <svg
      className={styles.calls}
      width={BOW + 4}
      height={layout.height}
      aria-hidden="true"
      focusable="false"
    >
      {lines.map((line) => (
        <Call
          key={`${line.flow} ${line.to}`}
          from={heights.get(line.flow) ?? 0}
          to={heights.get(line.to) ?? 0}
          lit={isLit(line, active)}
        />
      ))}
    </svg>
  );
});

/** An arrow that bows to the left, further the further it goes; a loop to a flow that calls itself. */
function Call({ from, to, lit }: { from: number; to: number; lit: boolean }) {
  const start = from === to ? from - 6 : from;
  const end = from === to ? to + 6 : to + (to < from ? 5 : -5);
  const reach = from === to ? BOW - 14 : BOW - Math.min(BOW - 8, 22 + Math.abs(to - from) / 6);
  const right = BOW + 2;
  return (
    <g data-lit={lit || undefined}>
      <path d={`M${right},${start} C${reach},${start} ${reach},${end} ${right - 4},${end}`} />
      <path d={`M${right - 7},${end - 4} L${right},${end} L${right - 7},${end + 4}`} data-head />
    </g>
  );
}

interface UsesProps {
  map: FlowMap;
  layout: Layout;
  connections: readonly At<MapConnection>[];
  /** What the connections are in, if it stays in view while the flows are scrolled. */
  column: RefObject<HTMLElement | null> | null;
  active: string | null;
}

/** Which flows use which connections: lines between their columns. */
export const Uses = memo(function Uses({ map, layout, connections, column, active }: UsesProps) {
  const picture = useRef<SVGSVGElement>(null);
  const offset = useOffset(picture, column);
  const heights = useMemo(
    () =>
      new Map([
        ...layout.flows.map((each) => [flowKey(each.item.flow), each.y] as const),
        ...connections.map((each) => [connectionKey(each.item.nickname), each.y] as const),
      ]),
    [layout, connections],
  );
  return (
    <svg
      ref={picture}
      className={styles.uses}
      viewBox={`0 0 100 ${Math.max(1, layout.height)}`}
      height={layout.height}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {map.lines
        .filter((line) => line.kind === "uses")
        .map((line) => {
          const from = heights.get(flowKey(line.flow)) ?? 0;
          const to = (heights.get(endOf(line)) ?? 0) + offset;
          return (
            <path
              key={`${line.flow} ${line.to}`}
              data-lit={isLit(line, active) || undefined}
              d={`M0,${from} C45,${from} 55,${to} 100,${to}`}
              vectorEffect="non-scaling-stroke"
            />
          );
        })}
    </svg>
  );
});

/** How far down the picture a column is that stays in view. */
function useOffset(
  picture: RefObject<SVGSVGElement | null>,
  column: RefObject<HTMLElement | null> | null,
): number {
  const [offset, setOffset] = useState(0);
  useEffect(() => {
    if (!column) {
      setOffset(0);
      return;
    }
    let frame = 0;
    const measure = () => {
      frame = 0;
      const [above, at] = [picture.current, column.current].map(
        (each) => each?.getBoundingClientRect().top ?? 0,
      );
      setOffset(Math.round((at ?? 0) - (above ?? 0)));
    };
    const later = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    window.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", later);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", later);
      window.removeEventListener("resize", later);
    };
  }, [picture, column]);
  return offset;
}

function isLit(line: MapLine, active: string | null): boolean {
  return active !== null && (flowKey(line.flow) === active || endOf(line) === active);
}
