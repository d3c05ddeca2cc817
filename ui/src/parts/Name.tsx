import { beginningOf } from "./beginning";

interface NameProps {
  /** What somebody called it. */
  children: string;
  /** How many of its characters are shown. */
  most?: number;
}

/** Characters that fit wherever a name is shown. */
const SHORT = 24;

/**
 * What somebody called something: cut where it has no end, the whole then being its title, and
 * in its own direction, which is not that of what stands beside it.
 */
export function Name({ children, most = 300 }: NameProps) {
  return <bdi title={titleOf(children)}>{beginningOf(children, most)}</bdi>;
}

/** The title of what may be cut for want of room: the whole, if it is long. */
export function titleOf(name: string): string | undefined {
  return name.length > SHORT ? name : undefined;
}
