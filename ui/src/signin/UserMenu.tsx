import { Button, Menu } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { answer, api } from "../api/client";
import { Chevron } from "../parts/icons";
import { signin } from "../texts";
import type { SessionState } from "./session";
import styles from "./UserMenu.module.css";

const texts = signin.menu;

/** Who is signed in, and the way out. */
export default function UserMenu({ caller }: { caller: NonNullable<SessionState["caller"]> }) {
  const cache = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => answer(api.DELETE("/api/v1/session")),
    onSuccess: () => {
      // Everything of this user goes, also what is open.
      cache.clear();
      location.assign("/");
    },
  });
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          aria-label={texts.label(caller.name)}
          rightSection={
            <span className={styles.down}>
              <Chevron size={12} />
            </span>
          }
          className={styles.name}
        >
          {caller.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {caller.role && <Menu.Label>{texts.roles[caller.role] ?? caller.role}</Menu.Label>}
        <Menu.Item component={Link} to="/settings">
          {texts.settings}
        </Menu.Item>
        <Menu.Item onClick={() => signOut.mutate()}>{texts.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
