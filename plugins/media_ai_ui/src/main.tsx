/** What Airflow loads: it finds the pages under the names that they are registered with. */
import { lazy, Suspense } from "react";
import { Waiting } from "./parts/states";

const App = lazy(() => import("./app"));
const RunTab = lazy(() => import("./result/RunTab"));

function MediaAI() {
  return (
    <Suspense fallback={<Waiting />}>
      <App />
    </Suspense>
  );
}

function MediaAIResult({ dagId, runId }: { dagId?: string; runId?: string }) {
  return (
    <Suspense fallback={<Waiting />}>
      <RunTab dagId={dagId} runId={runId} />
    </Suspense>
  );
}

Object.assign(globalThis, { "Media AI": MediaAI, "Media AI result": MediaAIResult });
