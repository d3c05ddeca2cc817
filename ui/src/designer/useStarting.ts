import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { idempotencyKey, type RunDetail } from "../api/client";
import { ApiProblem } from "../api/problem";
import { keys, queryClient } from "../api/queries";
import type { FlowInput } from "./document";
import { given, unfit } from "./StartInput";
import { useUploads } from "./startFiles";
import { isAway } from "./useKeeping";

interface Starting {
  inputs: readonly (readonly [string, FlowInput])[];
  values: Record<string, unknown>;
  /**
   * Asks for the run; null if it is not to be. `ready` gives the inputs as they are sent, files
   * uploaded.
   */
  request: (
    ready: () => Promise<Record<string, unknown>>,
    header: { "Idempotency-Key": string },
  ) => Promise<RunDetail | null>;
  onStarted: (run: RunDetail | null) => void;
}

/** Starts a run with what a form holds: one, however often the same form is sent. */
export function useStarting({ inputs, values, request, onStarted }: Starting) {
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const { sent, uploaded, forget } = useUploads();
  const key = useRef(idempotencyKey());
  const changed = () => {
    key.current = idempotencyKey();
  };
  const start = useMutation({
    mutationFn: () =>
      request(async () => given(inputs, await uploaded(values)), {
        "Idempotency-Key": key.current,
      }),
    onSuccess: (run) => {
      changed();
      if (run) queryClient.invalidateQueries({ queryKey: keys.runs });
      onStarted(run);
    },
    onError: (error) => {
      // Where no answer came the run may have been started all the same.
      if (!isAway(error)) changed();
      forget(error);
    },
  });
  const { error } = start;
  return {
    /** Which part of each file has been sent. */
    sent,
    pending: start.isPending,
    failure: error,
    /** Something else is in the form: what is started with it is another run. */
    changed,
    errorAt: (name: string) =>
      wrong[name] ??
      (error instanceof ApiProblem ? (error.at(name) ?? error.at(`inputs.${name}`)) : undefined),
    submit: (event: FormEvent) => {
      event.preventDefault();
      const found = unfit(inputs, values);
      setWrong(found);
      if (!Object.keys(found).length) start.mutate();
    },
  };
}
