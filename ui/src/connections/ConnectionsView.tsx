import { Page } from "../parts";
import { connections as texts } from "../texts";

export default function ConnectionsView() {
  return <Page title={texts.title}>{null}</Page>;
}
