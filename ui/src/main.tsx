import "./theme/shell";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router";
import { queryClient } from "./api/queries";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";
import { Gate } from "./signin/Gate";
import { session } from "./signin/session";
import { theme, variables } from "./theme/theme";
import { preload, views } from "./views";

// The page's nonce, from the tag that the build put there: styles made by scripts need it.
const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
setNonce(nonce);

// Who asks, and what they look at: on their way while the frame is drawn.
void queryClient.prefetchQuery(session);
preload(window.location.pathname);

const router = createBrowserRouter([
  {
    element: (
      <Gate>
        <Shell />
      </Gate>
    ),
    errorElement: <ErrorBoundary />,
    children: [
      ...views.map(({ path, component: View }) => ({
        path: `/${path}`,
        element: <View />,
        errorElement: <ErrorBoundary />,
      })),
      { path: "*", element: <NotFound /> },
    ],
  },
]);

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={localStorageColorSchemeManager()}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
