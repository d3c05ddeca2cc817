import { Button, Modal, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useId } from "react";
import { answer, api } from "../api/client";
import { ApiProblem } from "../api/problem";
import { exactly, Loading, ProblemView } from "../parts";
import { Password } from "../parts/Password";
import { Logo } from "../shell/Logo";
import { shell, signin as texts } from "../texts";
import styles from "./SignIn.module.css";
import type { SessionState } from "./session";

interface SignInProps {
  state?: SessionState;
  /** Who was signed in when the session ended; their page is underneath. */
  again?: string | null;
  /** A one-time link to redeem instead. */
  link?: string;
  rules?: SessionState["password_rules"];
  onDone: () => void;
}

/** The way in: by username and password, or by a one-time link. */
export default function SignIn({ state, again, link, rules, onDone }: SignInProps) {
  useDocumentTitle(`${texts.title} · ${shell.product}`);
  if (link) return <ByLink link={link} rules={rules} onDone={onDone} />;
  if (again) {
    return (
      <Modal
        opened
        onClose={() => undefined}
        withCloseButton={false}
        closeOnEscape={false}
        title={texts.again}
      >
        <p className={styles.text}>{texts.againText}</p>
        <Credentials username={again} onDone={onDone} />
      </Modal>
    );
  }
  if (state && !state.users) {
    return (
      <Sheet title={texts.noUsers.title}>
        <p className={styles.text}>{texts.noUsers.text}</p>
      </Sheet>
    );
  }
  return (
    <Sheet title={texts.title}>
      <Credentials onDone={onDone} />
    </Sheet>
  );
}

function Sheet({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <main className={styles.page} aria-labelledby={id}>
      <div className={styles.logo}>
        <Logo />
        {shell.product}
      </div>
      <div className={styles.sheet}>
        <h1 id={id}>{title}</h1>
        {children}
      </div>
    </main>
  );
}

function Credentials({ username = "", onDone }: { username?: string; onDone: () => void }) {
  const signIn = useMutation({
    mutationFn: (body: { username: string; password: string }) =>
      answer(api.POST("/api/v1/session", { body })),
    onSuccess: onDone,
  });
  return (
    <form className={styles.form} onSubmit={submitted(signIn.mutate)}>
      {signIn.error && <ProblemView error={signIn.error} />}
      <TextInput
        name="username"
        label={texts.username}
        defaultValue={username}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={256}
        required
        withAsterisk={false}
        data-autofocus={username ? undefined : true}
      />
      <Password
        name="password"
        label={texts.password}
        autoComplete="current-password"
        maxLength={1024}
        required
        withAsterisk={false}
        data-autofocus={username ? true : undefined}
      />
      <Button type="submit" loading={signIn.isPending} fullWidth>
        {texts.submit}
      </Button>
    </form>
  );
}

function ByLink({ link, rules, onDone }: Pick<SignInProps, "rules" | "onDone"> & { link: string }) {
  const said = texts.link;
  const found = useQuery({
    queryKey: ["link"],
    queryFn: () => answer(api.POST("/api/v1/session/link", { body: { link } })),
    retry: false,
    gcTime: 0,
  });
  const redeem = useMutation({
    mutationFn: (body: { username?: string; password: string }) =>
      answer(api.POST("/api/v1/session/link/redeem", { body: { ...body, link } })),
    onSuccess: onDone,
  });
  if (found.error) {
    return (
      <Sheet title={said.refused}>
        <ProblemView error={found.error} />
        <Button variant="default" onClick={onDone} fullWidth>
          {said.goOn}
        </Button>
      </Sheet>
    );
  }
  if (!found.data) {
    return (
      <Sheet title={texts.title}>
        <Loading lines={3} />
      </Sheet>
    );
  }
  const { username, expires_at: until } = found.data;
  const wrong = redeem.error instanceof ApiProblem ? redeem.error : null;
  return (
    <Sheet title={username === null ? said.first.title : said.password.title(username)}>
      <p className={styles.text}>{username === null ? said.first.text : said.password.text}</p>
      <form className={styles.form} onSubmit={submitted(redeem.mutate)}>
        {redeem.error && <ProblemView error={redeem.error} besides={["username", "password"]} />}
        {username === null ? (
          <TextInput
            name="username"
            label={texts.username}
            defaultValue="admin"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            required
            withAsterisk={false}
            error={wrong?.at("username")}
          />
        ) : (
          // For the browser's keeper of passwords.
          <input type="hidden" autoComplete="username" value={username} readOnly />
        )}
        <Password
          name="password"
          label={said.newPassword}
          description={rules && said.rules(rules.shortest)}
          autoComplete="new-password"
          minLength={rules?.shortest}
          maxLength={rules?.longest}
          required
          withAsterisk={false}
          error={wrong?.at("password")}
        />
        <Button type="submit" loading={redeem.isPending} fullWidth>
          {username === null ? said.first.submit : said.password.submit}
        </Button>
        <p className={styles.until}>
          {said.until} {exactly(until)}.
        </p>
      </form>
    </Sheet>
  );
}

/** What the form's fields hold, when it is sent. */
function submitted<T extends { password: string }>(take: (fields: T) => void) {
  return (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget));
    take(fields as unknown as T);
  };
}
