import { Select } from "@mantine/core";
import { beginningOf } from "../parts";
import { flows as texts } from "../texts";
import { FolderMenu } from "./FolderMenu";
import type { FolderTreeProps } from "./FolderTree";
import styles from "./FolderTree.module.css";
import { everyFolder, isWithin, said } from "./folders";

/** The folders as a choice, where there is no room for their tree. */
export function FolderSelect(props: Omit<FolderTreeProps, "onDrop">) {
  const { folders, count, chosen, onChoose, onAction, mayChange } = props;
  const all = everyFolder(folders);
  const open = all.find((each) => isWithin(each.path, chosen) && isWithin(chosen, each.path));
  const data = [
    { value: "", label: `${texts.folders.all} (${count})` },
    ...all.map((each) => ({
      value: each.path,
      label: `${beginningOf(said(each.path), 120)} (${each.count})`,
    })),
  ];
  // An address may lead to a folder that is not there any more.
  if (chosen && !open) data.push({ value: chosen, label: `${beginningOf(said(chosen), 120)} (0)` });
  return (
    <div className={styles.select}>
      <Select
        aria-label={texts.folders.label}
        data={data}
        value={open?.path ?? chosen}
        onChange={(path) => onChoose(path ?? "")}
        allowDeselect={false}
        searchable={all.length > 7}
        flex={1}
      />
      {mayChange && open && <FolderMenu folder={open} onAction={onAction} />}
    </div>
  );
}
