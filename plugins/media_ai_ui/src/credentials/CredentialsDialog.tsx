import { Alert, Box, Button, Flex, Text, VStack } from "@chakra-ui/react";
import { useEffect, useMemo, useRef, useState } from "react";
import { type Report, saveCredentials, type Service, testCredentials, type Values } from "../api/credentials";
import { Problem } from "../api/problem";
import type { Issue, Schema } from "../api/types";
import { SchemaForm } from "../form/SchemaForm";
import { useWords } from "../lib/i18n";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";
import { tell } from "../parts/toasts";
import { ReportList } from "./ReportList";

type Doing = "test" | "save" | undefined;

/** The form of one service. What is secret is typed and sent; it never comes back. */
export function CredentialsDialog({ service, onClose, onSaved }: { service: Service; onClose: () => void; onSaved: () => void }) {
  const all = useWords();
  const words = all.credentials;
  const [values, setValues] = useState<Values>(service.values as Values);
  const [taken, setTaken] = useState<readonly string[]>([]);
  const [report, setReport] = useState<Report>();
  const [problem, setProblem] = useState<Problem>();
  const [doing, setDoing] = useState<Doing>();
  const schema = useMemo(() => formOf(service, words.stored), [service, words.stored]);
  const isFixed = service.place === "elsewhere";
  const required = (service.fields as Schema).required ?? [];
  const removable = isFixed ? [] : service.secrets.filter((name) => !required.includes(name));

  const outcome = useRef<HTMLDivElement>(null);
  // The form may be longer than the screen: what came of it must be seen.
  useEffect(() => {
    // Newer browsers return a promise, which React would take for a function that cleans up.
    void outcome.current?.scrollIntoView({ block: "nearest" });
  }, [report, problem]);

  const run = async (what: Doing) => {
    setDoing(what);
    setProblem(undefined);
    setReport(undefined);
    const entered = { ...values, ...Object.fromEntries(taken.map((name) => [name, ""])) };
    try {
      if (what === "test") setReport(await testCredentials(service.service, entered));
      else {
        await saveCredentials(service.service, entered);
        tell(words.saved(service.title));
        onSaved();
      }
    } catch (error) {
      setProblem(Problem.of(error));
    }
    setDoing(undefined);
  };
  const issues = (problem?.data.issues ?? []) as Issue[];
  const refused = issues.filter((issue) => !issue.field);
  return (
    <Modal
      isOpen size="lg" title={service.title} onClose={onClose}
      footer={
        <>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button>
          <Button colorPalette="gray" disabled={Boolean(doing)} loading={doing === "test"} size="sm" variant="outline" onClick={() => void run("test")}>{words.test}</Button>
          <Button colorPalette="brand" disabled={isFixed || Boolean(doing)} loading={doing === "save"} size="sm" onClick={() => void run("save")}>{words.save}</Button>
        </>
      }
    >
      <VStack align="stretch" gap={4}>
        {isFixed && <Text color="fg.muted" fontSize="sm">{words.elsewhere}</Text>}
        {service.place === "environment" && <Text color="fg.muted" fontSize="sm">{words.environment}</Text>}
        <SchemaForm
          isReadOnly={isFixed} issues={issues} schema={schema} values={values}
          onChange={(next, field) => setValues(next[field] === "" && isSecret(service, field) ? without(next, field) : (next as Values))}
        />
        {removable.map((name) => (
          <Flex key={name}>
            <Button
              aria-pressed={taken.includes(name)} colorPalette={taken.includes(name) ? "danger" : "gray"} size="xs" variant={taken.includes(name) ? "solid" : "outline"}
              onClick={() => setTaken(taken.includes(name) ? taken.filter((each) => each !== name) : [...taken, name])}
            >
              {words.takeAway((service.fields as Schema).properties?.[name]?.title ?? name)}
            </Button>
          </Flex>
        ))}
        <Box ref={outcome}>
          {report && <ReportList report={report} />}
          {problem && refused.length === 0 && <ProblemNote problem={problem} />}
          {refused.length > 0 && (
            <Alert.Root alignItems="start" role="alert" status="error" variant="subtle">
              <Alert.Indicator />
              <Alert.Description overflowWrap="anywhere">
                {words.fails}
                {refused.map((issue) => (
                  <Box key={issue.code} mt={2}><Box as="strong">{issue.code}</Box><Box whiteSpace="pre-line">{issue.message}</Box></Box>
                ))}
              </Alert.Description>
            </Alert.Root>
          )}
        </Box>
      </VStack>
    </Modal>
  );
}

const isSecret = (service: Service, field: string) => (service.fields as Schema).properties?.[field]?.format === "password";

function without(values: Readonly<Record<string, unknown>>, field: string): Values {
  const { [field]: _, ...others } = values;
  return others as Values;
}

/** A secret that is stored need not be entered again. */
function formOf(service: Service, stored: string): Schema {
  const fields = service.fields as Schema;
  const shown = Object.entries(fields.properties ?? {}).map(([name, field]) => {
    const words = service.secrets.includes(name) ? [stored, field.description].filter(Boolean).join(" ") : field.description;
    return [name, { ...field, description: words }] as const;
  });
  return { ...fields, properties: Object.fromEntries(shown), required: fields.required?.filter((name) => !service.secrets.includes(name)) };
}
