import { usePlace } from "../lib/place";
import { useMemo } from "react";
import { ResultView } from "./ResultView";

export default function ResultPage() {
  const { params } = usePlace();
  const { workflow = "", run = "", t } = params;
  const task = useMemo(() => ({ workflow, run_id: run }), [workflow, run]);
  return <ResultView at={t === undefined ? undefined : Number(t)} key={`${workflow}/${run}`} task={task} />;
}
