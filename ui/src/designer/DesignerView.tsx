import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { answer, api } from "../api/client";
import { keys, queryClient } from "../api/queries";
import { placeOf } from "../flows/changes";
import { Loading, Page, ProblemView } from "../parts";
import { Designer } from "./Designer";
import type { FlowDocument } from "./document";

/** One flow, opened to be edited. */
export default function DesignerView() {
  const { name = "" } = useParams();
  const flow = useQuery({
    queryKey: [...keys.flows, name, "opened"],
    queryFn: async ({ signal }) => {
      const found = await answer(
        api.GET("/api/v1/flows/{name}", { params: { path: { name } }, signal }),
      );
      // Where it stands is said with it, and need not be asked for again.
      queryClient.setQueryData(placeOf(name).queryKey, found);
      return found;
    },
    // What is being edited does not change under one's hands: saving says if somebody else did.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: "always",
    gcTime: 0,
  });
  if (flow.error) {
    return (
      <Page title={name}>
        <ProblemView error={flow.error} onRetry={() => flow.refetch()} />
      </Page>
    );
  }
  if (!flow.data || flow.isPlaceholderData) {
    return (
      <Page title={name} wide>
        <Loading lines={6} />
      </Page>
    );
  }
  return (
    <Designer
      key={flow.data.flow}
      flow={flow.data.flow}
      version={flow.data.version}
      text={flow.data.text}
      document={flow.data.document as unknown as FlowDocument}
    />
  );
}
