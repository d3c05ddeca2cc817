import type { FlowSummary } from "../api/client";

/** A folder as the list's tree shows it. */
export interface Folder {
  /** From the top, as in `Legal/Holds`. */
  path: string;
  name: string;
  /** The flows in it and in the folders inside it. */
  count: number;
  folders: Folder[];
}

type Placed = Pick<FlowSummary, "folder">;

/** The folders that flows are in, each level by name. */
export function treeOf(flows: readonly Placed[]): Folder[] {
  const top: Folder = { path: "", name: "", count: 0, folders: [] };
  for (const { folder } of flows) {
    let at = top;
    for (const name of namesOf(folder)) {
      let next: Folder | undefined = at.folders.find((each) => each.name === name);
      if (!next) {
        next = { path: at.path ? `${at.path}/${name}` : name, name, count: 0, folders: [] };
        at.folders.push(next);
      }
      next.count += 1;
      at = next;
    }
  }
  sort(top.folders);
  return top.folders;
}

/** Every path that leads to a flow, those on the way to it included, in the tree's order. */
export function pathsOf(folders: readonly Folder[]): string[] {
  return folders.flatMap((each) => [each.path, ...pathsOf(each.folders)]);
}

/** Whether a folder is `path` or inside it; all are within the top. */
export function isWithin(folder: string, path: string): boolean {
  return !path || folder === path || folder.startsWith(`${path}/`);
}

/** The folder that holds this one; the top for those at the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function namesOf(path: string): string[] {
  return path ? path.split("/") : [];
}

/** A path as it is read: `Legal › Holds`. */
export function said(path: string): string {
  return namesOf(path).join(" › ");
}

function sort(folders: Folder[]): void {
  folders.sort((one, other) => one.name.localeCompare(other.name));
  for (const each of folders) sort(each.folders);
}
