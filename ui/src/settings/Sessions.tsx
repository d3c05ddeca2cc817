import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { answer, api } from "../api/client";
import { ApiProblem } from "../api/problem";
import { Badge, exactly, Loading, ProblemView, Sheet, TimeAgo } from "../parts";
import { Password } from "../parts/Password";
import { session, sessionKey } from "../signin/session";
import { settings } from "../texts";
import { browserOf } from "./browser";
import { sessions } from "./queries";
import { Table } from "./Table";
import styles from "./Table.module.css";

const texts = settings.sessions;

/** Where one is signed in, and one's password. */
export function Sessions() {
  const state = useQuery(session).data;
  if (!state) return <Loading />;
  if (state.caller?.via !== "session") return <Sheet>{texts.none}</Sheet>;
  return (
    <>
      <Own />
      <ChangePassword shortest={state.password_rules.shortest} />
    </>
  );
}

function Own() {
  const cache = useQueryClient();
  const { data, error, refetch } = useQuery(sessions);
  const end = useMutation({
    mutationFn: (id: string) =>
      answer(api.DELETE("/api/v1/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: sessions.queryKey }),
  });
  const { columns } = texts;
  return (
    <>
      {end.error && <ProblemView error={end.error} />}
      {error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading />}
      {data && (
        <Table
          label={texts.title}
          columns={[columns.agent, columns.address, columns.used, columns.expires, columns.actions]}
        >
          {[...data].reverse().map((each) => (
            <tr key={each.id}>
              <td>
                <span title={each.agent}>{browserOf(each.agent)}</span>{" "}
                {each.current && <Badge tone="ok">{texts.current}</Badge>}
              </td>
              <td className={styles.short}>{each.address}</td>
              <td className={styles.short}>
                <TimeAgo time={each.used_at} />
              </td>
              <td className={styles.short}>{exactly(each.expires_at)}</td>
              <td>
                {!each.current && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={texts.endOne(browserOf(each.agent))}
                    onClick={() => end.mutate(each.id)}
                  >
                    {texts.end}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

function ChangePassword({ shortest }: { shortest: number }) {
  const said = texts.password;
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: (body: { current: string; new: string }) =>
      answer(api.POST("/api/v1/session/password", { body })),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: sessionKey });
      void cache.invalidateQueries({ queryKey: sessions.queryKey });
    },
  });
  const wrong = change.error instanceof ApiProblem ? change.error : null;
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    change.mutate(
      { current: String(given.get("current")), new: String(given.get("new")) },
      { onSuccess: () => form.reset() },
    );
  }
  return (
    <Sheet title={said.title} help={said.help}>
      <form className={`${styles.form} ${styles.narrow}`} onSubmit={submit}>
        {change.error && <ProblemView error={change.error} besides={["new", "password"]} />}
        <Password
          name="current"
          label={said.current}
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        <Password
          name="new"
          label={said.new}
          description={said.rules(shortest)}
          autoComplete="new-password"
          minLength={shortest}
          required
          withAsterisk={false}
          error={wrong?.at("new") ?? wrong?.at("password")}
        />
        <div>
          <Button type="submit" loading={change.isPending}>
            {said.submit}
          </Button>
        </div>
        <p role="status">{change.isSuccess && said.changed}</p>
      </form>
    </Sheet>
  );
}
