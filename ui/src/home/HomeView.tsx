import { Page } from "../parts";
import { shell } from "../texts";

export default function HomeView() {
  return <Page title={shell.views.home}>{null}</Page>;
}
