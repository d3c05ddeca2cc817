/** What signing in, one-time links and the user's menu say. */
export const signin = {
  title: "Sign in",
  username: "Username",
  password: "Password",
  submit: "Sign in",
  again: "Sign in again",
  againText: "Your session has ended. What you have not saved is still here.",
  noUsers: {
    title: "There is no user yet",
    text: "Open the one-time link that penstock up printed where it was started. It makes the first administrator.",
  },
  expired: "Your session has ended: sign in again.",
  link: {
    first: {
      title: "The first administrator",
      text: "From now on everyone signs in here. You can add others, and decide what they may do.",
      submit: "Become the administrator",
    },
    password: {
      title: (username: string) => `Welcome, ${username}`,
      text: "Choose the password that you will sign in with.",
      submit: "Set the password",
    },
    newPassword: "New password",
    rules: (shortest: number) =>
      `At least ${shortest} characters. A few words are better than many signs.`,
    until: "This link counts once, until",
    refused: "This link does not count",
    goOn: "Go on without it",
  },
  menu: {
    label: (name: string) => `Signed in as ${name}`,
    roles: {
      viewer: "may look",
      runner: "may look and run flows",
      editor: "may change flows and connections",
      admin: "administrator",
    } as Record<string, string>,
    settings: "Settings",
    signOut: "Sign out",
  },
} as const;
