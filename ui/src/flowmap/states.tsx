import { Badge, StatusBadge } from "../parts";
import { Cross, Dash } from "../parts/icons";
import { flowmap as texts } from "../texts";
import type { MapConnection, MapFlow } from "./layout";

/** What is to be known of a flow at a glance: that it is off, or not there. */
export function FlowState({ flow }: { flow: MapFlow }) {
  if (!flow.exists) return <Missing />;
  if (flow.enabled) return null;
  return <Badge icon={<Dash size={12} />}>{texts.off}</Badge>;
}

/** A connection's status as icon and word. */
export function ConnectionState({ connection }: { connection: MapConnection }) {
  return connection.status === null ? <Missing /> : <StatusBadge status={connection.status} />;
}

function Missing() {
  return (
    <Badge tone="bad" icon={<Cross size={12} />}>
      {texts.missing}
    </Badge>
  );
}
