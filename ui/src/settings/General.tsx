import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { health } from "../api/queries";
import { Facts, Loading, ProblemView, Sheet } from "../parts";
import { shell } from "../texts";

const texts = shell.settings;

/** How these pages look, and what there is to know about the server. */
export function General() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { data, error, refetch } = useQuery(health);
  return (
    <>
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
    </>
  );
}
