import { Popover } from "@mantine/core";
import { useState } from "react";
import type { Connection } from "../api/client";
import { StatusBadge } from "../parts";
import { Plus, Warning } from "../parts/icons";
import { designer, shell } from "../texts";
import styles from "./Card.module.css";
import { Chooser } from "./Chooser";
import { useDesigner } from "./context";
import { Popup } from "./Popup";

interface ConnectionPickerProps {
  title: string;
  cardId: string;
  value: string | null | undefined;
  onChange: (nickname: string) => void;
}

const texts = designer.connection;

/** Which connection a card works through, with its status; or the way to a new one. */
export function ConnectionPicker({ title, cardId, value, onChange }: ConnectionPickerProps) {
  const { connections, newConnection } = useDesigner();
  const [open, setOpen] = useState(false);
  const chosen = connections.find((each) => each.nickname.toLowerCase() === value?.toLowerCase());
  const begin = () => {
    setOpen(false);
    newConnection(cardId);
  };
  if (!connections.length && !value) {
    return (
      <div className={styles.connection} data-wanting>
        <span className={styles.connectionName}>{texts.none}</span>
        <button type="button" className={styles.connectionNew} onClick={begin}>
          <Plus size={12} /> {texts.new}
        </button>
      </div>
    );
  }
  return (
    <div className={styles.connection} data-wanting={value ? undefined : true}>
      <Popup opened={open} onChange={setOpen} position="bottom-start">
        <Popover.Target>
          <button type="button" className={styles.connectionButton} onClick={() => setOpen(!open)}>
            <span className={styles.hidden}>{texts.label(title)}: </span>
            {value ? (
              <>
                <span className={styles.connectionName}>
                  {chosen ? said(chosen) : texts.missing(value)}
                </span>
                {chosen ? <StatusBadge status={chosen.status} /> : <Warning size={13} />}
              </>
            ) : (
              <span className={styles.connectionName}>{texts.choose}</span>
            )}
          </button>
        </Popover.Target>
        <Popover.Dropdown p={0} aria-label={texts.label(title)}>
          {open && (
            <Chooser
              label={texts.find}
              hint={texts.hint}
              none={texts.none}
              groups={[
                {
                  title: texts.choose,
                  options: connections.map((each) => ({
                    key: each.id,
                    label: each.nickname,
                    detail: each.account_id ?? undefined,
                    aside: shell.status[each.status] ?? each.status,
                  })),
                },
              ]}
              onChoose={(id) => {
                const found = connections.find((each) => each.id === id);
                if (found) onChange(found.nickname);
                setOpen(false);
              }}
              footer={
                <button type="button" className={styles.connectionNew} onClick={begin}>
                  <Plus size={12} /> {texts.new}
                </button>
              }
            />
          )}
        </Popover.Dropdown>
      </Popup>
    </div>
  );
}

/** `Acme archive · 4444…6666` */
function said({ nickname, account_id: account }: Connection): string {
  return account ? `${nickname} · ${account.slice(0, 4)}…${account.slice(-4)}` : nickname;
}
