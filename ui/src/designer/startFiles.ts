import { useCallback, useEffect, useRef, useState } from "react";
import { ApiProblem, problemOf } from "../api/problem";
import { type Upload, upload } from "../api/uploads";

/** A file of an earlier run, to be given once more. */
export interface EarlierFile {
  run: string;
  key: string;
  name: string;
  size: number;
}

/** The file that an input had in an earlier run. */
export function earlierFile(run: string, value: unknown): EarlierFile | null {
  const { key, name, size } = (value ?? {}) as Partial<EarlierFile>;
  return key === undefined ? null : { run, key, name: name ?? key, size: size ?? 0 };
}

/** Milliseconds that an upload has to be good for still, to be used. */
const MARGIN = 60_000;

/**
 * Uploads the files among the values of a form when it is sent.
 *
 * What was uploaded once is not again when the form is sent again, so that a repeated request is
 * the same request. Leaving the form stops an upload.
 */
export function useUploads() {
  const [sent, setSent] = useState<Record<string, number>>({});
  const made = useRef(new WeakMap<File, Upload>());
  const stopped = useRef<AbortController>(null);
  useEffect(() => () => stopped.current?.abort(), []);
  const uploaded = useCallback(async (values: Record<string, unknown>) => {
    stopped.current = new AbortController();
    const { signal } = stopped.current;
    const found = { ...values };
    try {
      for (const [name, value] of Object.entries(values)) {
        if (!(value instanceof File)) continue;
        let there = made.current.get(value);
        if (!there || Date.parse(there.expires_at) - MARGIN < Date.now()) {
          setSent({ [name]: 0 });
          there = await upload(value, (part) => setSent({ [name]: part }), signal).catch(
            (error: unknown) => {
              throw at(name, error);
            },
          );
          made.current.set(value, there);
        }
        found[name] = { upload: there.id };
      }
    } finally {
      setSent({});
    }
    return found;
  }, []);
  /** After an error: what the server does not have any more is to be uploaded again. */
  const forget = useCallback((error: unknown) => {
    const { problems = [] } = problemOf(error);
    if (problems.some((each) => each.code === "file_not_found")) made.current = new WeakMap();
  }, []);
  return { sent, uploaded, forget };
}

/** The error as one of the input whose file it is. */
function at(name: string, error: unknown): unknown {
  if (!(error instanceof ApiProblem)) return error;
  return new ApiProblem({ ...error.problem, problems: undefined, where: { field: name } });
}
