import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useRef } from "react";
import { Link, NavLink, Outlet, ScrollRestoration, useLocation } from "react-router";
import { health } from "../api/queries";
import { Loading } from "../parts/Loading";
import { Badge } from "../parts/StatusBadge";
import { SignedIn } from "../signin/SignedIn";
import { shell } from "../texts";
import { navigation } from "../views";
import { Logo } from "./Logo";
import { SchemeToggle } from "./SchemeToggle";
import styles from "./Shell.module.css";

/** The frame: where one is, where one can go, and the view. */
export function Shell() {
  const { data: server } = useQuery(health);
  const main = useFocusOnArrival();
  return (
    <>
      <a className={styles.skip} href="#main">
        {shell.skip}
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.logo}>
          <Logo />
          {shell.product}
        </Link>
        <nav className={styles.navigation} aria-label={shell.mainNavigation}>
          {navigation.map(({ to, label, end }) => (
            <NavLink key={to} to={to} end={end}>
              {label}
            </NavLink>
          ))}
        </nav>
        <span className={styles.space} />
        {server && !server.worker && (
          <span title={shell.noWorkerHelp}>
            <Badge tone="warn">{shell.noWorker}</Badge>
          </span>
        )}
        <SignedIn />
        <SchemeToggle />
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
      <ScrollRestoration />
    </>
  );
}

function Waiting() {
  return (
    <div className={styles.waiting}>
      <Loading />
    </div>
  );
}

/** A new view takes the focus, so that a screen reader begins there and Tab goes on from there. */
function useFocusOnArrival() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
