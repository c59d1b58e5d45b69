import base from "@xyflow/react/dist/base.css?inline";
import own from "./canvas.css?inline";

/** Put the canvas's style sheet on the page, once: Airflow loads a module, not a style sheet. */
export function addStyles() {
  if (document.getElementById("media-ai-canvas")) return;
  const style = document.createElement("style");
  style.id = "media-ai-canvas";
  style.textContent = base + own;
  document.head.append(style);
}
