import type { FlowDocument } from "./document";
import type { Snapshot } from "./editing";

/** What was not saved when a page was left, kept in this browser. */
export interface Backup {
  document: FlowDocument;
  text: string;
  ahead: Snapshot["ahead"];
  /** The version that it was made from. */
  version: number;
}

interface Entry extends Backup {
  /** Whose it is: nobody else is shown it. */
  user: string | null;
  at: number;
}

/** By tab: what two of them hold of one flow are two things. */
type Entries = Record<string, Entry>;

const KEY = "penstock.unsaved.";
const TAB = "penstock.tab";
const MOST = 5;

/** This tab's name; it stays through reloads. */
function thisTab(): string {
  let name = sessionStorage.getItem(TAB);
  if (!name) {
    name = crypto.getRandomValues(new Uint32Array(2)).join("-");
    sessionStorage.setItem(TAB, name);
  }
  return name;
}

function entriesOf(flow: string): Entries {
  try {
    return JSON.parse(localStorage.getItem(KEY + flow) ?? "{}") as Entries;
  } catch {
    return {};
  }
}

/** The user's own of this tab, else the newest that another tab has left; with that tab's name. */
export function readBackup(
  flow: string,
  user: string | null,
): { tab: string; kept: Backup } | null {
  try {
    const own = Object.entries(entriesOf(flow)).filter(([, entry]) => entry.user === user);
    const [tab, kept] =
      own.find(([name]) => name === thisTab()) ??
      own.sort(([, one], [, other]) => other.at - one.at)[0] ??
      [];
    return tab !== undefined && kept ? { tab, kept } : null;
  } catch {
    return null;
  }
}

export function keepBackup(flow: string, user: string | null, backup: Backup): void {
  change(flow, (entries) => {
    const kept = { ...entries, [thisTab()]: { ...backup, user, at: Date.now() } };
    const newest = Object.entries(kept).sort(([, one], [, other]) => other.at - one.at);
    return Object.fromEntries(newest.slice(0, MOST));
  });
}

/** Forget what this tab has kept, and what it had taken over from `taken`. */
export function dropBackup(flow: string, taken?: string | null): void {
  change(flow, (entries) => {
    const left = { ...entries };
    delete left[thisTab()];
    if (taken) delete left[taken];
    return left;
  });
}

function change(flow: string, how: (entries: Entries) => Entries): void {
  try {
    const before = entriesOf(flow);
    const after = how(before);
    if (Object.keys(after).length) localStorage.setItem(KEY + flow, JSON.stringify(after));
    else if (Object.keys(before).length) localStorage.removeItem(KEY + flow);
  } catch {
    // No room, or none allowed: the page warns before it is left.
  }
}
