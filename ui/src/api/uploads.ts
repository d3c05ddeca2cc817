import { asked } from "./asking";
import type { Schema } from "./client";
import { ApiProblem, problemFrom } from "./problem";

export type Upload = Schema<"Upload">;

/** What the server takes; see src/penstock/engine/uploads.py. */
export const MOST_BYTES = 5 * 1024 ** 3;

const PATH = "/api/v1/uploads";
const LONGEST_NAME = 255;

/**
 * The upload that a file becomes. `went` is told which part of it has been sent, from 0 to 1.
 *
 * Throws `ApiProblem`, with the code `upload_broken` where there was no answer.
 */
export async function upload(
  file: File,
  went: (part: number) => void,
  signal: AbortSignal,
): Promise<Upload> {
  const response = await asked(PATH, () => sent(file, went, signal), signal);
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemFrom(response.status, body);
  return body as Upload;
}

/** `fetch` does not say how far it is. */
function sent(file: File, went: (part: number) => void, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open("POST", `${PATH}?name=${encodeURIComponent(nameOf(file.name))}`);
    request.upload.onprogress = (event) => event.total && went(event.loaded / event.total);
    request.onload = () =>
      resolve(new Response(request.responseText || null, { status: request.status }));
    request.onerror = () => reject(new ApiProblem(BROKEN));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    request.onloadend = () => signal.removeEventListener("abort", stop);
    signal.throwIfAborted();
    signal.addEventListener("abort", stop);
    request.send(file);
  });
}

/** As the server takes it: not too long, and without halves of characters. */
function nameOf(name: string): string {
  return [...name.replace(/\p{Surrogate}/gu, "\ufffd")].slice(0, LONGEST_NAME).join("");
}

const BROKEN = {
  status: 0,
  code: "upload_broken",
  detail: "The file did not arrive.",
  hint: "The server went away, or the file has changed since it was chosen: try again.",
};
