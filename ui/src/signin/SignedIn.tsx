import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { session } from "./session";

const UserMenu = lazy(async () => {
  const [, found] = await Promise.all([import("../theme/components"), import("./UserMenu")]);
  return found;
});

/** The user's menu, where somebody is signed in; nothing where nobody has to be. */
export function SignedIn() {
  const caller = useQuery(session).data?.caller;
  if (caller?.via !== "session") return null;
  return (
    <Suspense>
      <UserMenu caller={caller} />
    </Suspense>
  );
}
