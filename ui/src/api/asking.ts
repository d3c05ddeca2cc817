/** Sees to it that somebody signs in; whether what was refused is to be asked again. */
export type SignInAgain = (signal?: AbortSignal | null) => Promise<boolean>;

const SESSION = "/api/v1/session";
/** An answer about who is signed in may be older than the end of their session. */
const TRIES = 2;

let signInAgain: SignInAgain = async () => false;

/** Who is told that a session has ended. */
export function whenSignedOut(then: SignInAgain): void {
  signInAgain = then;
}

/**
 * The answer of `send`. Where the session ended meanwhile it is waited for, and sent again after
 * the same user has signed in: whatever asks knows nothing of it, and nothing has to be done twice.
 */
export async function asked(
  path: string,
  send: () => Promise<Response>,
  signal?: AbortSignal | null,
): Promise<Response> {
  let response = await send();
  for (let left = TRIES; left && response.status === 401 && !path.startsWith(SESSION); left -= 1) {
    if (!(await signInAgain(signal))) break;
    response = await send();
  }
  return response;
}
