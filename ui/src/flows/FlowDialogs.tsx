import type { FlowSummary } from "../api/client";
import { DeleteFlow, GiveFlow, MoveFlows } from "./dialogs";
import { DissolveFolder, MakeFolder, MoveFolder } from "./folderDialogs";
import type { Folder } from "./folders";
import { NewFlow } from "./NewFlow";

interface Titled {
  title: string;
  /** All of it. */
  whole: string;
}

/** What the list of flows is being asked to do. */
export type Asked =
  | { what: "begin"; folder: string }
  | ({ what: "move"; flows: readonly string[]; folder: string } & Titled)
  | ({ what: "give" | "delete"; flow: string } & Titled)
  | { what: "makeFolder"; within: string }
  | { what: "moveFolder" | "dissolveFolder"; folder: Folder };

interface FlowDialogsProps {
  asked: Asked | null;
  flows: readonly FlowSummary[];
  folders: readonly Folder[];
  onClose: () => void;
  onMoved: (count: number, folder: string) => void;
  onMade: (path: string) => void;
  /** A folder became another; `to` is where it, or what was in it, is now. */
  onFolder: (folder: Folder, to: string) => void;
}

/** The dialog that is open, if one is. */
export function FlowDialogs(props: FlowDialogsProps) {
  const { asked, flows, folders, onClose, onMoved, onMade, onFolder } = props;
  switch (asked?.what) {
    case "begin":
      return (
        <NewFlow taken={flows.map((each) => each.flow)} folder={asked.folder} onClose={onClose} />
      );
    case "move":
      return (
        <MoveFlows
          {...asked}
          folders={folders}
          onClose={onClose}
          onMoved={(folder) => onMoved(asked.flows.length, folder)}
        />
      );
    case "give":
      return <GiveFlow {...asked} onClose={onClose} />;
    case "delete":
      return <DeleteFlow {...asked} onClose={onClose} />;
    case "makeFolder":
      return <MakeFolder {...asked} folders={folders} onClose={onClose} onMade={onMade} />;
    case "moveFolder":
      return (
        <MoveFolder
          {...asked}
          folders={folders}
          onClose={onClose}
          onMoved={(to) => onFolder(asked.folder, to)}
        />
      );
    case "dissolveFolder":
      return (
        <DissolveFolder {...asked} onClose={onClose} onGone={(to) => onFolder(asked.folder, to)} />
      );
    default:
      return null;
  }
}
