import { Button, SegmentedControl } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import { SearchText } from "../flows/SearchText";
import { Empty, Loading, Page, ProblemView } from "../parts";
import { flowmap as texts } from "../texts";
import styles from "./FlowMap.module.css";
import { narrowed } from "./layout";
import { MapList } from "./MapList";
import { MapPicture } from "./MapPicture";

const flowMap = queryOptions({
  queryKey: [...keys.flows, "", "map"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/flow-map", { signal })),
});

/** Which flows use which connections, and which call which: as a picture, or as a list. */
export default function FlowMapView() {
  const { data: map, error, refetch } = useQuery(flowMap);
  const [address, setAddress] = useSearchParams();
  const search = address.get("text") ?? "";
  const isList = address.get("as") === "list";
  const set = (name: string, value: string) => {
    // What is drawn may be a change behind the address, and would undo that.
    const next = new URLSearchParams(window.location.search);
    if (value) next.set(name, value);
    else next.delete(name);
    setAddress(next, { replace: true });
  };
  const wanted = useDeferredValue(search);
  const shown = useMemo(() => map && narrowed(map, wanted), [map, wanted]);
  const isEmpty = map && !map.flows.length && !map.connections.length;
  return (
    <Page
      title={texts.title}
      above={<Link to="/flows">{texts.flows}</Link>}
      actions={
        map && !isEmpty ? (
          <div className={styles.actions}>
            <SearchText
              label={texts.search}
              hint={texts.searchHint}
              value={search}
              onChange={(text) => set("text", text)}
            />
            <SegmentedControl
              aria-label={texts.view}
              data={[
                { value: "picture", label: texts.picture },
                { value: "list", label: texts.list },
              ]}
              value={isList ? "list" : "picture"}
              onChange={(as) => set("as", as === "list" ? "list" : "")}
            />
          </div>
        ) : undefined
      }
    >
      {error && <ProblemView error={error} onRetry={() => void refetch()} />}
      {!map && !error && <Loading lines={6} />}
      {isEmpty && (
        <Empty
          title={texts.empty}
          action={
            <Button component={Link} to="/flows" variant="default">
              {texts.toFlows}
            </Button>
          }
        >
          {texts.emptyText}
        </Empty>
      )}
      {shown && !isEmpty && (
        <>
          <p className={styles.about}>
            {texts.about}{" "}
            <span role="status">{texts.count(shown.flows.length, shown.connections.length)}</span>
          </p>
          {!shown.flows.length && !shown.connections.length ? (
            <Empty
              title={texts.noneFound}
              action={
                <Button variant="default" onClick={() => set("text", "")}>
                  {texts.showAll}
                </Button>
              }
            >
              {texts.noneFoundText}
            </Empty>
          ) : isList ? (
            <MapList map={shown} />
          ) : (
            <MapPicture map={shown} />
          )}
        </>
      )}
    </Page>
  );
}
