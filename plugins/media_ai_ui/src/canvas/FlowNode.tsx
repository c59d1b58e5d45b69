import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { createContext, memo, useContext } from "react";
import type { Issue, NodeType, Port } from "../api/types";
import { Icon } from "../parts/icons";
import type { Placed } from "./graph";

export type FlowNodeData = { node: Placed; type: NodeType | undefined };
export type FlowNodeOf = Node<FlowNodeData, "node">;

/** The port that a wire is being drawn from. */
export interface Drawing {
  address: string;
  isOutput: boolean;
  kinds: readonly string[];
}

export const IssuesByNode = createContext<ReadonlyMap<string, readonly Issue[]>>(new Map());
export const BeingDrawn = createContext<Drawing | undefined>(undefined);

/** A node as it is drawn: its title, and a row for each of its ports. */
export const FlowNode = memo(function FlowNode({ data }: NodeProps<FlowNodeOf>) {
  const { node, type } = data;
  const issues = useContext(IssuesByNode).get(node.id) ?? [];
  const drawing = useContext(BeingDrawn);
  const worst = issues.some((issue) => issue.severity !== "warning") ? "error" : issues.length ? "warning" : undefined;
  const [inputs, outputs] = [type?.inputs ?? [], type?.outputs ?? []];
  const fit = (port: Port, isOutput: boolean) => {
    if (!drawing || drawing.address === `${node.id}.${port.name}`) return "";
    const fits = drawing.isOutput !== isOutput && port.kinds.some((kind) => drawing.kinds.includes(kind));
    return fits ? "mai-fits" : "mai-no";
  };
  return (
    <div className={`mai-node ${worst ? `mai-${worst}` : ""}`} title={issues.map((issue) => issue.message).join("\n") || undefined}>
      <div className="mai-head">
        <div>
          <div className="mai-name">{node.title || type?.title || node.id}</div>
          <div className="mai-kind">{node.title && type && node.title !== type.title ? type.title : node.id}</div>
        </div>
        {worst && <span className="mai-mark"><Icon name={worst === "error" ? "error" : "warning"} /></span>}
      </div>
      {Array.from({ length: Math.max(inputs.length, outputs.length, 1) }, (_, row) => {
        const [input, output] = [inputs[row], outputs[row]];
        return (
          <div className="mai-row" key={row}>
            {input && (
              <>
                <Handle className={`${input.required ? "mai-must" : ""} ${fit(input, false)}`} id={input.name} position={Position.Left} type="target" />
                <span title={input.description || undefined}>{input.title}{input.required ? " *" : ""}</span>
              </>
            )}
            {output && (
              <>
                <span className="mai-out" title={output.description || undefined}>{output.title}</span>
                <Handle className={fit(output, true)} id={output.name} position={Position.Right} type="source" />
              </>
            )}
          </div>
        );
      })}
    </div>
  );
});
