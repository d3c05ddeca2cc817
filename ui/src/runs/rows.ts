import { type RefObject, useCallback, useEffect, useState } from "react";

/** Which of `count` rows of one height are worth being in the page, for a box that scrolls. */
export function visibleRows(
  scrolled: number,
  height: number,
  rowHeight: number,
  count: number,
  margin = 8,
): [first: number, end: number] {
  const first = Math.max(0, Math.floor(scrolled / rowHeight) - margin);
  const end = Math.min(count, Math.ceil((scrolled + height) / rowHeight) + margin);
  return [Math.min(first, count), Math.max(end, Math.min(first, count))];
}

/** The same, kept current while the box is scrolled and resized. */
export function useVisibleRows(
  box: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): [first: number, end: number] {
  const [range, setRange] = useState<[number, number]>([0, Math.min(count, 40)]);
  const look = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const next = visibleRows(element.scrollTop, element.clientHeight, rowHeight, count);
    setRange((now) => (now[0] === next[0] && now[1] === next[1] ? now : next));
  }, [box, count, rowHeight]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [box, look]);
  return range;
}
