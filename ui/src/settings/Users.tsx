import { ActionIcon, Button, Menu, Modal, Radio, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api } from "../api/client";
import { ApiProblem } from "../api/problem";
import { Badge, exactly, Loading, ProblemView, TimeAgo } from "../parts";
import { More } from "../parts/icons";
import { session, sessionKey } from "../signin/session";
import { settings } from "../texts";
import { Once } from "./Once";
import { ROLES, type Role, type User, users } from "./queries";
import { Table } from "./Table";
import styles from "./Table.module.css";

const texts = settings.users;

/** Who can sign in, and what they may do. */
export function Users() {
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery(users);
  const state = useQuery(session).data;
  const [adding, setAdding] = useState(false);
  const [invited, setInvited] = useState<User | null>(null);
  const changed = () => cache.invalidateQueries({ queryKey: users.queryKey });

  const change = useMutation({
    mutationFn: ({ username, ...body }: { username: string; role?: Role; disabled?: boolean }) =>
      answer(api.PATCH("/api/v1/users/{username}", { params: { path: { username } }, body })),
    onSettled: changed,
  });
  const reset = useMutation({
    mutationFn: (username: string) =>
      answer(
        api.POST("/api/v1/users/{username}/reset-password", { params: { path: { username } } }),
      ),
    onSuccess: setInvited,
    onSettled: changed,
  });
  const wrong = change.error ?? reset.error;
  return (
    <>
      <div className={styles.bar}>
        <p>{state?.caller?.via === "open" && texts.open}</p>
        <Button onClick={() => setAdding(true)}>{texts.add}</Button>
      </div>
      {wrong && <ProblemView error={wrong} />}
      {error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading />}
      {data && (
        <Table
          label={settings.tabs.users}
          columns={[
            texts.columns.username,
            texts.columns.role,
            texts.columns.status,
            texts.columns.signedIn,
            texts.columns.actions,
          ]}
        >
          {data.length === 0 && (
            <tr>
              <td colSpan={5}>{texts.empty}</td>
            </tr>
          )}
          {data.map((user) => (
            <tr key={user.id}>
              <td>
                <b>{user.username}</b>
              </td>
              <td>
                <Select
                  aria-label={texts.roleOf(user.username)}
                  data={ROLES.map((role) => ({ value: role, label: settings.roles[role] ?? role }))}
                  value={user.role}
                  allowDeselect={false}
                  size="xs"
                  className={styles.roleChoice}
                  onChange={(role) =>
                    role && change.mutate({ username: user.username, role: role as Role })
                  }
                />
              </td>
              <td>
                <State status={user.status} />
              </td>
              <td>
                <TimeAgo time={user.signed_in_at} />
              </td>
              <td>
                <Menu position="bottom-end">
                  <Menu.Target>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={texts.actionsFor(user.username)}
                    >
                      <More />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item onClick={() => reset.mutate(user.username)} title={texts.resetHelp}>
                      {texts.reset}
                    </Menu.Item>
                    <Menu.Item
                      onClick={() =>
                        change.mutate({
                          username: user.username,
                          disabled: user.status !== "disabled",
                        })
                      }
                    >
                      {user.status === "disabled" ? texts.enable : texts.disable}
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <AddUser
        opened={adding}
        onClose={() => setAdding(false)}
        onAdded={(user) => {
          setAdding(false);
          setInvited(user);
        }}
      />
      <Once
        title={texts.link.title(invited?.username ?? "")}
        text={texts.link.text}
        label={texts.link.label}
        secret={invited?.link ? location.origin + invited.link.address : null}
        onClose={() => {
          setInvited(null);
          void changed();
          // With the first user, whoever had not to sign in has to.
          void cache.invalidateQueries({ queryKey: sessionKey });
        }}
      >
        {invited?.link && (
          <p>
            {texts.link.until} {exactly(invited.link.expires_at)}.
          </p>
        )}
      </Once>
    </>
  );
}

/** A user's or a token's state as a word in a colour. */
export function State({ status }: { status: string }) {
  return (
    <Badge tone={status === "active" ? "ok" : status === "invited" ? "warn" : "quiet"}>
      {settings.status[status] ?? status}
    </Badge>
  );
}

interface AddUserProps {
  opened: boolean;
  onClose: () => void;
  onAdded: (user: User) => void;
}

function AddUser({ opened, onClose, onAdded }: AddUserProps) {
  const add = useMutation({
    mutationFn: (body: { username: string; role: Role }) =>
      answer(api.POST("/api/v1/users", { body })),
    onSuccess: onAdded,
  });
  const wrong = add.error instanceof ApiProblem ? add.error : null;
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    add.mutate({ username: String(form.get("username")), role: form.get("role") as Role });
  }
  return (
    <Modal opened={opened} onClose={onClose} title={texts.form.title}>
      <form className={styles.form} onSubmit={submit}>
        {add.error && <ProblemView error={add.error} besides={["username"]} />}
        <TextInput
          name="username"
          label={texts.form.username}
          description={texts.form.help}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          required
          withAsterisk={false}
          error={wrong?.at("username")}
          data-autofocus
        />
        <Radio.Group name="role" label={texts.form.role} defaultValue="editor">
          {ROLES.map((role) => (
            <Radio
              key={role}
              value={role}
              mt="xs"
              label={settings.roles[role]}
              description={settings.roleHelp[role]}
            />
          ))}
        </Radio.Group>
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {settings.close}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {texts.form.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
