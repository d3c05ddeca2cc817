import { ActionIcon, Menu } from "@mantine/core";
import type { Connection } from "../api/client";
import { More } from "../parts/icons";
import { connections } from "../texts";
import type { Dialog } from "./dialogs";

const texts = connections.actions;

interface ConnectionMenuProps {
  connection: Connection;
  onDialog: (dialog: Dialog) => void;
  /** From the list: to the connection's page. */
  onOpen?: () => void;
  onVerify?: () => void;
  size?: number;
}

/** All that can be done with a connection. */
export function ConnectionMenu(props: ConnectionMenuProps) {
  const { connection, onDialog, onOpen, onVerify, size = 28 } = props;
  const hasRole = Boolean(connection.role_arn ?? connection.probe?.role_arn);
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={size}
          aria-label={connections.actionsFor(connection.nickname)}
        >
          <More />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {onOpen && (
          <Menu.Item onClick={onOpen}>
            {connection.status === "draft" ? texts.finish : texts.open}
          </Menu.Item>
        )}
        {onVerify && hasRole && <Menu.Item onClick={onVerify}>{texts.verify}</Menu.Item>}
        <Menu.Item onClick={() => onDialog("rename")}>{texts.rename}</Menu.Item>
        <Menu.Item onClick={() => onDialog("describe")}>{texts.describe}</Menu.Item>
        {connection.role_arn && (
          <Menu.Item onClick={() => onDialog("repoint")}>{texts.repoint}</Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => onDialog("delete")}>
          {texts.delete}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** When what the status says was found out. */
export function statusTime(connection: Connection): string | null | undefined {
  return connection.status === "verified" || connection.status === "stale"
    ? connection.verified_at
    : connection.probe?.at;
}
