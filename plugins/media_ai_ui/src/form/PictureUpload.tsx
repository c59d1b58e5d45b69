import { useEffect, useState, useSyncExternalStore } from "react";
import { PICTURE_TYPES, type Upload } from "../api/uploads";
import { UploadField } from "../create/UploadField";
import { useWords } from "../lib/i18n";

const nothing = () => () => undefined;

/** Send a picture to the server, and take its address there as the value. */
export function PictureUpload({ onAddress }: { onAddress: (address: string) => void }) {
  const words = useWords().form;
  const [upload, setUpload] = useState<Upload>();
  const state = useSyncExternalStore(upload?.subscribe ?? nothing, () => upload?.state);
  const address = state?.at === "done" ? state.address : undefined;
  useEffect(() => {
    if (!address) return;
    onAddress(address);
    setUpload(undefined);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each address
  }, [address]);
  return <UploadField endings={PICTURE_TYPES} isCompact label={words.picture} upload={upload} onChange={setUpload} />;
}
