import { useViewportSize } from "@mantine/hooks";
import { type Layout, ROW } from "./layout";

/** Pixels of a window that something else than the map takes. */
const TAKEN = 250;

/**
 * Whether a map is so much longer than the window that its connections would be out of view, and
 * few enough to go along with it. A first look knows no window: then it is not.
 */
export function useIsLong({ height, connections }: Layout): boolean {
  const room = useViewportSize().height - TAKEN;
  return room > 0 && height > room && connections.length * ROW <= room;
}
