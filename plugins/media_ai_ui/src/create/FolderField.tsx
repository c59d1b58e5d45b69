import { Box, Button, Field, Flex, Input } from "@chakra-ui/react";
import { useState } from "react";
import { listMedia, type Media } from "../api/media";
import { Problem } from "../api/problem";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { ProblemNote } from "../parts/states";

/** Take all videos of a folder, in the object store or on the server. */
export function FolderField({ onFound }: { onFound: (videos: readonly Media[]) => void }) {
  const words = useWords().create;
  const places = useLoad((signal) => listMedia("", signal), []);
  const [folder, setFolder] = useState("");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const list = async () => {
    setBusy(true);
    setProblem(undefined);
    setNote("");
    try {
      const { videos, is_cut } = await listMedia(folder.trim());
      setNote(videos.length === 0 ? words.noVideos : is_cut ? words.isCut : "");
      if (videos.length) onFound(videos);
    } catch (error) {
      setProblem(Problem.of(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void list(); }}>
      <Field.Root>
        <Field.Label>{words.folder}</Field.Label>
        <Flex gap={2} w="100%">
          <Input list="media-ai-places" placeholder={places.value?.places[0]} size="sm" value={folder} onChange={(event) => setFolder(event.target.value)} />
          <Button colorPalette="gray" disabled={!folder.trim()} flexShrink={0} loading={isBusy} size="sm" type="submit" variant="outline">{words.list}</Button>
        </Flex>
        <datalist id="media-ai-places">{places.value?.places.map((place) => <option key={place} value={place} />)}</datalist>
        <Field.HelperText>{words.folderHint}</Field.HelperText>
      </Field.Root>
      {problem && <Box mt={2}><ProblemNote problem={problem} /></Box>}
      {note && <Box color="fg.warning" fontSize="sm" role="status">{note}</Box>}
    </form>
  );
}
