/** What a problem document (RFC 9457) of the API says; see docs/reference/api.md. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  title?: string;
  hint?: string | null;
  retryable?: boolean;
  where?: { flow?: string; card?: string; field?: string; line?: number; column?: number };
  problems?: FieldProblem[];
  aws?: { code?: string; message?: string; status?: number; request_id?: string };
  details?: Record<string, unknown>;
}

export interface FieldProblem {
  pointer: string;
  code: string;
  message: string;
  severity?: "error" | "warning";
  hint?: string | null;
  where?: { card?: string; field?: string; line?: number; column?: number };
}

/** An answer that is an error, or the lack of one: the only thing queries and mutations throw. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ApiProblem";
    this.problem = problem;
  }

  /** What is wrong with `field` of what was sent, as one line to stand under it. */
  at(field: string): string | undefined {
    const { problem } = this;
    if (problem.where?.field === field) return said(problem.detail, problem.hint);
    const found = problem.problems?.find(
      (each) => each.where?.field === field || each.pointer === `/${field}`,
    );
    return found && said(found.message, found.hint);
  }
}

/** The problem behind whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  // fetch throws TypeError for whatever keeps an answer from coming.
  if (error instanceof TypeError) return UNREACHABLE;
  return {
    status: 0,
    code: "page_fault",
    detail: "Something in this page went wrong.",
    hint: "Load the page again; if it stays, please report it.",
    details: { error: error instanceof Error ? error.message : String(error) },
  };
}

export const UNREACHABLE: Problem = {
  status: 0,
  code: "unreachable",
  detail: "The server does not answer.",
  hint: "Is `penstock up` running? This page tries again by itself.",
  retryable: true,
};

/** The problem that the body of an answer with an error status says. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  if (typeof body === "object" && body !== null && "detail" in body && "code" in body) {
    return new ApiProblem({ status, ...(body as Omit<Problem, "status">) });
  }
  return new ApiProblem({
    status,
    code: "http_error",
    detail: `The server answered ${status} without a reason.`,
    retryable: status >= 500,
  });
}

function said(message: string, hint?: string | null): string {
  return hint ? `${message} ${hint}` : message;
}
