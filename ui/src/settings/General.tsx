import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { health } from "../api/queries";
import { Facts, Loading, ProblemView, Sheet } from "../parts";
import { may, session } from "../signin/session";
import { shell } from "../texts";
import styles from "./General.module.css";
import { Health } from "./Health";
import { Retention } from "./Retention";

const texts = shell.settings;

/** How these pages look, what server this is and how it is, and how long it keeps things. */
export function General() {
  const admin = may(useQuery(session).data, "admin");
  return (
    <>
      <div className={styles.columns}>
        <div>
          <Appearance />
          {admin && <Server />}
        </div>
        {admin ? <Retention /> : <Server />}
      </div>
      <Health />
    </>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Sheet title={texts.appearance} help={texts.appearanceHelp}>
      <SegmentedControl
        aria-label={shell.scheme.label}
        value={colorScheme}
        onChange={setColorScheme}
        data={[
          { value: "light" as const, label: shell.scheme.light },
          { value: "dark" as const, label: shell.scheme.dark },
          { value: "auto" as const, label: shell.scheme.auto },
        ]}
      />
    </Sheet>
  );
}

function Server() {
  const { data, error, refetch } = useQuery(health);
  return (
    <Sheet title={texts.server}>
      {error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading />}
      {data && (
        <Facts
          facts={[
            [texts.version, data.version],
            [texts.data, data.data ? <code key="data">{data.data}</code> : texts.dataHidden],
            [texts.worker, data.worker ? texts.workerYes : texts.workerNo],
            [texts.python, data.python],
            [texts.instance, <code key="instance">{data.instance}</code>],
          ]}
        />
      )}
    </Sheet>
  );
}
