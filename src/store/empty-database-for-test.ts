// Where the build has left the empty database; tests start from it as the exchange does.

import { fileURLToPath } from "node:url";

export const EMPTY_DATABASE_FILE = fileURLToPath(
  new URL("../../dist-database/empty.tgz", import.meta.url),
);
