import type { FlowSummary } from "../api/client";

/** A folder as the list's tree shows it. */
export interface Folder {
  /** From the top, as in `Legal/Holds`. */
  path: string;
  name: string;
  /** The flows in it and in the folders inside it; none in one that was just made. */
  count: number;
  folders: Folder[];
}

type Placed = Pick<FlowSummary, "folder">;

/** The folders that flows are in, and those that were made for some; each level by name. */
export function treeOf(flows: readonly Placed[], made: readonly string[] = []): Folder[] {
  const top: Folder = { path: "", name: "", count: 0, folders: [] };
  for (const { folder } of flows) place(top, folder, 1);
  for (const folder of made) place(top, folder, 0);
  sort(top.folders);
  return top.folders;
}

function place(top: Folder, path: string, count: number): void {
  let at = top;
  for (const name of namesOf(path)) {
    let next: Folder | undefined = at.folders.find((each) => isSame(each.name, name));
    if (!next) {
      next = { path: at.path ? `${at.path}/${name}` : name, name, count: 0, folders: [] };
      at.folders.push(next);
    }
    next.count += count;
    at = next;
  }
}

/** All folders by path, those on the way to others included, in the tree's order. */
export function everyFolder(folders: readonly Folder[]): Folder[] {
  return folders.flatMap((each) => [each, ...everyFolder(each.folders)]);
}

/** A path as the server keeps it: nothing around its names, and an existing folder's spelling. */
export function spelt(path: string, folders: readonly Folder[]): string {
  const names = path
    .normalize("NFC")
    .split("/")
    .map((name) => name.trim())
    .filter(Boolean);
  let at = folders;
  return names
    .map((name) => {
      const known = at.find((each) => isSame(each.name, name));
      at = known?.folders ?? [];
      return known?.name ?? name;
    })
    .join("/");
}

function isSame(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}

export function pathsOf(folders: readonly Folder[]): string[] {
  return everyFolder(folders).map((each) => each.path);
}

/** Whether a folder is `path` or inside it, whatever their case; all are within the top. */
export function isWithin(folder: string, path: string): boolean {
  const [inner, outer] = [folder.toLowerCase(), path.toLowerCase()];
  return !outer || inner === outer || inner.startsWith(`${outer}/`);
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
