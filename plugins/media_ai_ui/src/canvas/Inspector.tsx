import { Box, Button, Field, Flex, Heading, Input, NativeSelect, VStack } from "@chakra-ui/react";
import type { Issue, NodeType } from "../api/types";
import { SchemaForm } from "../form/SchemaForm";
import { useWords } from "../lib/i18n";
import { IconAction } from "../parts/IconAction";
import { changeNode, type Graph, inputOf, outputOf, type Placed, refusal, removeWires, type Types, wireId } from "./graph";

interface Props {
  chosen: readonly Placed[];
  graph: Graph;
  types: Types;
  issues: readonly Issue[];
  isReadOnly: boolean;
  change: (make: (graph: Graph) => Graph, about?: string) => void;
  onSelect: (id: string) => void;
  onMend: (issue: Issue) => void;
}

/** What is selected: its help, its wires, its parameters. */
export function Inspector(props: Props) {
  const words = useWords().canvas;
  const { chosen } = props;
  if (chosen.length === 0) return <Box color="fg.muted" fontSize="sm">{words.nothingSelected}</Box>;
  if (chosen.length > 1) return <Box color="fg.muted" fontSize="sm">{words.selected(chosen.length)}</Box>;
  return <NodePanel key={chosen[0]!.id} {...props} node={chosen[0]!} />;
}

function NodePanel({ node, graph, types, issues, isReadOnly, change, onMend }: Props & { node: Placed }) {
  const words = useWords().canvas;
  const type = types.get(node.type);
  const own = issues.filter((issue) => issue.node === node.id);
  const isParam = (issue: Issue) => Boolean(issue.field && paramOf(issue.field) in { ...type?.params.properties, ...node.params });
  const params = own.filter(isParam).map((issue) => ({ ...issue, field: stripped(issue.field!) }));
  const other = own.filter((issue) => !isParam(issue));
  return (
    <VStack align="stretch" gap={4}>
      <Box>
        <Heading as="h3" fontSize="md">{type?.title ?? node.type}</Heading>
        <Box color="fg.muted" fontSize="xs">{node.id}</Box>
        {type ? type.help.split("\n\n").map((part) => <Box as="p" color="fg.muted" fontSize="sm" key={part} mt={2}>{plain(part)}</Box>) : <Box color="fg.error" fontSize="sm">{words.unknownType}</Box>}
      </Box>
      {other.map((issue) => (
        <Flex align="start" color={issue.severity === "warning" ? "fg.warning" : "fg.error"} fontSize="sm" gap={2} key={issue.message} role="alert">
          <Box flex="1" overflowWrap="anywhere">{issue.message}</Box>
          {issue.fix && <Button colorPalette="brand" size="xs" variant="outline" onClick={() => onMend(issue)}>{words.mend}</Button>}
        </Flex>
      ))}
      <Field.Root gap={1}>
        <Field.Label>{words.nodeTitle}</Field.Label>
        <Input maxLength={120} placeholder={type?.title} readOnly={isReadOnly} size="sm" value={node.title ?? ""} onChange={(event) => change((now) => changeNode(now, node.id, { title: event.target.value }), `title:${node.id}`)} />
      </Field.Root>
      {type && <Wires change={change} graph={graph} isReadOnly={isReadOnly} node={node} type={type} types={types} />}
      {type && Object.keys(type.params.properties ?? {}).length > 0 && (
        <Box as="section" aria-label={words.parameters}>
          <SchemaForm
            isReadOnly={isReadOnly} issues={params} schema={type.params} values={node.params ?? {}}
            onChange={(values, field) => change((now) => changeNode(now, node.id, { params: values }), `param:${node.id}:${field}`)}
          />
        </Box>
      )}
    </VStack>
  );
}

/** The wires into a node as a list: they can be drawn and taken away without a pointer. */
function Wires({ node, type, graph, types, isReadOnly, change }: { node: Placed; type: NodeType; graph: Graph; types: Types } & Pick<Props, "isReadOnly" | "change">) {
  const words = useWords();
  if (type.inputs.length === 0) return null;
  const nameOf = (address: string) => {
    const [id] = address.split(".");
    const from = graph.nodes.find((each) => each.id === id);
    return `${from?.title || types.get(from?.type ?? "")?.title || id}: ${outputOf(graph, types, address)?.title ?? address}`;
  };
  const outputs = graph.nodes.flatMap((each) => (types.get(each.type)?.outputs ?? []).map((port) => `${each.id}.${port.name}`));
  return (
    <Box as="section" aria-label={words.canvas.inputs}>
      <VStack align="stretch" gap={2}>
        {type.inputs.map((port) => {
          const target = `${node.id}.${port.name}`;
          const drawn = graph.edges.filter((edge) => edge.target === target);
          const possible = isReadOnly ? [] : outputs.filter((source) => !refusal(graph, types, source, target));
          return (
            <Box fontSize="sm" key={port.name}>
              <Box fontWeight="medium" title={port.description}>← {inputOf(graph, types, target)?.title}{port.required && <Box as="span" color="fg.error"> *</Box>}</Box>
              {drawn.map((edge) => (
                <Box alignItems="center" color="fg.muted" display="flex" key={wireId(edge)} pl={3}>
                  <Box flex="1" minW={0} truncate>{nameOf(edge.source)}</Box>
                  {!isReadOnly && <IconAction icon="close" label={`${words.common.remove}: ${nameOf(edge.source)}`} size="2xs" onClick={() => change((now) => removeWires(now, new Set([wireId(edge)])))} />}
                </Box>
              ))}
              {possible.length > 0 && (
                <NativeSelect.Root mt={1} size="xs">
                  <NativeSelect.Field
                    aria-label={`${words.common.add}: ${port.title}`} value=""
                    onChange={(event) => { const source = event.target.value; if (source) change((now) => ({ ...now, edges: [...now.edges, { source, target }] })); }}
                  >
                    <option value="">+</option>
                    {possible.map((source) => <option key={source} value={source}>{nameOf(source)}</option>)}
                  </NativeSelect.Field>
                  <NativeSelect.Indicator />
                </NativeSelect.Root>
              )}
            </Box>
          );
        })}
      </VStack>
    </Box>
  );
}

/** Issues name a parameter as `name` or `params.name`. */
const stripped = (field: string) => field.replace(/^params\./, "");
const paramOf = (field: string) => stripped(field).split(".")[0]!;

/** The help marks code with backticks, as docstrings do. */
const plain = (text: string) => text.replaceAll("`", "").replaceAll("\n", " ");
