import { Accordion, Badge, Box, Button } from "@chakra-ui/react";
import type { Problem } from "../api/problem";
import type { Overrides } from "../api/tasks";
import type { Issue, Workflow } from "../api/types";
import { nodeTypes } from "../api/workflows";
import { SchemaForm } from "../form/SchemaForm";
import { useLanguage, useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Icon } from "../parts/icons";
import { Waiting } from "../parts/states";

interface Props {
  graph: Workflow;
  overrides: Overrides;
  onChange: (overrides: Overrides) => void;
  issues?: Problem;
}

/** The parameters of each node of a workflow, to change for one task. */
export function OverridesForm({ graph, overrides, onChange, issues }: Props) {
  const words = useWords();
  const language = useLanguage();
  const types = useLoad(() => nodeTypes(language), [language]);
  if (!types.value) return <Waiting />;
  const wrong = (issues?.data.issues ?? []) as readonly Issue[];
  const shown = graph.nodes.filter((node) => Object.keys(types.value?.get(node.type)?.params.properties ?? {}).length > 0);
  const set = (id: string, values: Record<string, unknown>) => {
    const { [id]: _, ...others } = overrides;
    onChange(Object.keys(values).length ? { ...others, [id]: values } : others);
  };
  return (
    <Accordion.Root collapsible lazyMount multiple size="sm">
      {shown.map((node) => {
        const type = types.value!.get(node.type)!;
        const own = overrides[node.id] ?? {};
        const count = Object.keys(own).length;
        return (
          <Accordion.Item key={node.id} value={node.id}>
            <Accordion.ItemTrigger>
              <Box flex="1" textAlign="start">{node.title || type.title}</Box>
              {count > 0 && <Badge colorPalette="brand" size="sm" variant="subtle">{count} {words.form.changed}</Badge>}
              <Accordion.ItemIndicator />
            </Accordion.ItemTrigger>
            <Accordion.ItemContent>
              <Accordion.ItemBody>
                {count > 0 && (
                  <Button aria-label={`${words.form.dropAll}: ${node.title || type.title}`} colorPalette="gray" mb={3} size="xs" variant="outline" onClick={() => set(node.id, {})}>
                    <Icon name="undo" size={14} />{words.form.dropAll}
                  </Button>
                )}
                <SchemaForm
                  base={node.params ?? {}} issues={wrong.filter((issue) => issue.node === node.id)} schema={type.params} values={own}
                  onChange={(values) => set(node.id, { ...values })}
                />
              </Accordion.ItemBody>
            </Accordion.ItemContent>
          </Accordion.Item>
        );
      })}
    </Accordion.Root>
  );
}
