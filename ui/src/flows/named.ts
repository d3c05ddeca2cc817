import type { FlowSummary } from "../api/client";
import { beginningOf } from "../parts";

const TURNING = /[\u0590-\u08FF\u202A-\u202E\u2066-\u2069]/;

/**
 * What a flow is called, short enough to be said, and in its own direction: somebody's title may
 * be 10,000 letters long, or turn around what is written after it.
 */
export function nameOf({ title, flow }: Pick<FlowSummary, "title" | "flow">): string {
  const short = beginningOf(title || flow, 80);
  return TURNING.test(short) ? `\u2068${short}\u2069` : short;
}
