import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { ProblemView } from "../parts/ProblemView";
import styles from "./Gate.module.css";
import { forgetLink, letGo, onSignedOut, session, sessionKey, takeLink } from "./session";

const SignIn = lazy(async () => {
  const [, found] = await Promise.all([import("../theme/components"), import("./SignIn")]);
  return found;
});

const opened = takeLink();

/**
 * Lets in who is signed in, or who needs not be. When a session ends while somebody is at work,
 * their page stays as it is under the sign-in: nothing that was typed is lost, and what was refused
 * is asked for again. Another user finds nothing of theirs.
 */
export function Gate({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const { data, dataUpdatedAt, error, refetch } = useQuery(session);
  const [link, setLink] = useState(opened);
  const wasIn = useRef<string | null>(null);

  useEffect(
    () => onSignedOut(() => void cache.invalidateQueries({ queryKey: sessionKey })),
    [cache],
  );
  useEffect(() => {
    // A link that is pasted into a page that is open does not load it anew.
    const look = () => setLink(takeLink());
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);

  const name = data?.caller?.name ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told anew, it may be the same user
  useEffect(() => {
    if (name === null) return;
    const another = wasIn.current !== null && wasIn.current !== name;
    wasIn.current = name;
    letGo(!another);
    if (another) void cache.resetQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  }, [name, dataUpdatedAt, cache]);

  function done() {
    forgetLink();
    setLink(null);
    void cache.invalidateQueries({ queryKey: sessionKey });
  }

  if (link) {
    return (
      <Suspense>
        <SignIn link={link} onDone={done} rules={data?.password_rules} />
      </Suspense>
    );
  }
  const user = name ?? wasIn.current;
  if (data) {
    return (
      <>
        {user !== null && <Fragment key={user}>{children}</Fragment>}
        {!data.caller && (
          <Suspense>
            <SignIn state={data} again={wasIn.current} onDone={done} />
          </Suspense>
        )}
      </>
    );
  }
  // Without an answer to this there will be none to anything else.
  if (error) {
    return (
      <main className={styles.fault}>
        <ProblemView error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  return null;
}
