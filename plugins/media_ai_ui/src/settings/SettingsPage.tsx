import { Box, Button, Heading, Text } from "@chakra-ui/react";
import { useState } from "react";
import { readMe } from "../api/members";
import { changeMySettings, changeSettings, type Preferences, readMySettings, readSettings } from "../api/settings";
import { useLanguage, useWords } from "../lib/i18n";
import { keepPreferences } from "../lib/preferences";
import { useLoad } from "../lib/useLoad";
import { ProblemNote, Waiting } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { followInAirflow } from "./airflow";
import { Choices } from "./Choices";
import { languageName } from "./languages";

export default function SettingsPage() {
  const words = useWords().settings;
  const language = useLanguage();
  const mine = useLoad(readMySettings, []);
  const server = useLoad(readSettings, []);
  const me = useLoad(readMe, []);
  const problem = mine.problem ?? server.problem;
  if (problem) return <Box p={3}><ProblemNote problem={problem} retry={() => { mine.reload(); server.reload(); }} /></Box>;
  if (!mine.value || !server.value) return <Waiting />;
  const all = mine.value.server;
  const output = all.output_language && all.output_language !== "video" ? languageName(all.output_language, language) : words.ofVideo;
  const saveMine = async (chosen: Preferences) => {
    const { effective, own } = await changeMySettings(chosen);
    keepPreferences(effective);
    followInAirflow(own);
    tell(words.saved);
    mine.reload();
  };
  const saveAll = async (chosen: Preferences) => {
    await changeSettings(chosen);
    keepPreferences((await readMySettings()).effective);
    tell(words.savedAll);
    mine.reload();
    server.reload();
  };
  return (
    <Box p={3}>
      <Part
        hint={words.yoursHint} key={JSON.stringify(mine.value.own)} timezones={server.value.timezones} title={words.yours} value={mine.value.own} save={saveMine}
        unset={{ output: words.asServer(output), pages: all.page_language ? words.asServer(words.languages[all.page_language]!) : words.ofAirflow, zone: all.timezone ? words.asServer(all.timezone) : words.ofBrowser }}
      />
      {me.value?.permissions.includes("change the settings of all") && (
        <Part
          hint={words.everybodyHint} key={JSON.stringify(server.value.server)} timezones={server.value.timezones} title={words.everybody} value={server.value.server} save={saveAll}
          unset={{ output: words.ofVideo, pages: words.ofAirflow, zone: words.ofBrowser }}
        />
      )}
    </Box>
  );
}

interface PartProps {
  title: string;
  hint: string;
  value: Preferences;
  timezones: readonly string[];
  /** What holds where nothing is chosen. */
  unset: { output: string; pages: string; zone: string };
  save: (chosen: Preferences) => Promise<void>;
}

function Part({ title, hint, value, timezones, unset, save }: PartProps) {
  const words = useWords().common;
  const [chosen, setChosen] = useState(value);
  const [isBusy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    try {
      await save(chosen);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Box as="section" aria-label={title} maxW="40rem" mb={8}>
      <Heading as="h2" fontSize="lg" mb={1}>{title}</Heading>
      <Text color="fg.muted" fontSize="sm" mb={4}>{hint}</Text>
      <Choices name={title} timezones={timezones} unset={unset} value={chosen} onChange={setChosen} />
      <Button colorPalette="brand" disabled={JSON.stringify(chosen) === JSON.stringify(value)} loading={isBusy} mt={4} size="sm" onClick={() => void submit().catch(complain)}>{words.save}</Button>
    </Box>
  );
}
