import { Button, Checkbox, Modal, NumberInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api } from "../api/client";
import { ApiProblem } from "../api/problem";
import { exactly, Loading, ProblemView, Prose, TimeAgo } from "../parts";
import { may, session } from "../signin/session";
import { settings } from "../texts";
import { Once } from "./Once";
import { type Scope, tokens, users } from "./queries";
import { Table } from "./Table";
import styles from "./Table.module.css";
import { State } from "./Users";

const texts = settings.tokens;
const DAYS = 90;

/** API tokens: one's own, or for an administrator everyone's. */
export function Tokens() {
  const cache = useQueryClient();
  const state = useQuery(session).data;
  const admin = may(state, "admin");
  const { data, error, refetch } = useQuery(tokens(admin));
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const changed = () => cache.invalidateQueries({ queryKey: ["tokens"] });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      answer(api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: id } } })),
    onSettled: changed,
  });
  const { columns } = texts;
  return (
    <>
      <div className={styles.bar}>
        <p>
          <Prose text={state?.users === false ? texts.noUsers : texts.help} />
        </p>
        <Button onClick={() => setMaking(true)} disabled={state?.users === false}>
          {texts.make}
        </Button>
      </div>
      {revoke.error && <ProblemView error={revoke.error} />}
      {error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading />}
      {data && (
        <Table
          label={settings.tabs.tokens}
          columns={[
            columns.name,
            columns.user,
            columns.scopes,
            columns.status,
            columns.used,
            columns.expires,
            columns.actions,
          ]}
        >
          {data.length === 0 && (
            <tr>
              <td colSpan={7}>{texts.empty}</td>
            </tr>
          )}
          {data.map((token) => (
            <tr key={token.id}>
              <td>
                <b>{token.name}</b>
              </td>
              <td>{token.username}</td>
              <td>{token.scopes.join(", ")}</td>
              <td>
                <State status={token.status} />
              </td>
              <td>
                <TimeAgo time={token.used_at} />
              </td>
              <td>{exactly(token.expires_at)}</td>
              <td>
                {token.status === "active" && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={texts.revokeOne(token.name)}
                    onClick={() => revoke.mutate(token.id)}
                  >
                    {texts.revoke}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <MakeToken
        opened={making}
        onClose={() => setMaking(false)}
        onMade={(token) => {
          setMaking(false);
          setMade(token);
          void changed();
        }}
      />
      <Once
        title={texts.made.title}
        text={texts.made.text}
        label={texts.made.label}
        secret={made}
        onClose={() => setMade(null)}
      />
    </>
  );
}

interface MakeTokenProps {
  opened: boolean;
  onClose: () => void;
  onMade: (token: string) => void;
}

function MakeToken({ opened, onClose, onMade }: MakeTokenProps) {
  const caller = useQuery(session).data?.caller;
  const admin = caller?.scopes.includes("admin") ?? false;
  const all = useQuery({ ...users, enabled: admin && opened }).data ?? [];
  const make = useMutation({
    mutationFn: (body: { name: string; scopes: Scope[]; days: number; user?: string }) =>
      answer(api.POST("/api/v1/tokens", { body })),
    onSuccess: (token) => onMade(token.token),
  });
  const wrong = make.error instanceof ApiProblem ? make.error : null;
  const signedIn = caller?.via === "session" ? caller.name : undefined;
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    make.mutate({
      name: String(form.get("name")),
      scopes: form.getAll("scopes") as Scope[],
      days: Number(form.get("days")) || DAYS,
      user: String(form.get("user") || "") || undefined,
    });
  }
  return (
    <Modal opened={opened} onClose={onClose} title={texts.form.title}>
      <form className={styles.form} onSubmit={submit}>
        {make.error && (
          <ProblemView error={make.error} besides={["name", "scopes", "days", "user"]} />
        )}
        <TextInput
          name="name"
          label={texts.form.name}
          placeholder={texts.form.namePlaceholder}
          maxLength={100}
          required
          withAsterisk={false}
          error={wrong?.at("name")}
          data-autofocus
        />
        <Checkbox.Group
          label={texts.form.scopes}
          defaultValue={["read"]}
          error={wrong?.at("scopes")}
        >
          {(caller?.scopes ?? []).map((scope) => (
            <Checkbox
              key={scope}
              name="scopes"
              value={scope}
              mt="xs"
              label={settings.scopes[scope] ?? scope}
            />
          ))}
        </Checkbox.Group>
        <NumberInput
          name="days"
          label={texts.form.days}
          defaultValue={DAYS}
          min={1}
          max={366}
          allowDecimal={false}
          error={wrong?.at("days")}
        />
        {admin && (
          <Select
            name="user"
            label={texts.form.user}
            data={all.map((user) => user.username)}
            defaultValue={signedIn}
            searchable
            error={wrong?.at("user")}
          />
        )}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {settings.close}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {texts.form.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
