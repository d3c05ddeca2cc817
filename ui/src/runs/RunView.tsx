import { Page } from "../parts";
import { shell } from "../texts";

export default function RunView() {
  return <Page title={shell.views.runs}>{null}</Page>;
}
