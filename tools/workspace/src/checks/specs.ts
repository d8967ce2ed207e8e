import type { Check } from '../repository.ts';

const DISABLED =
  /\b(?:describe|it|test)(?:\.\w+)*\.(?:only|skip|todo|failing)\b|\b[xf](?:describe|it|test)(?:\(|\.each)/;

/** No test is switched off, and none keeps the others of its file from running. */
export const everySpecRuns: Check = (repository) =>
  repository.files
    .filter((path) => /spec\.tsx?$/.test(path))
    .flatMap((path) =>
      repository
        .read(path)
        .split('\n')
        .flatMap((line, index) => {
          const found = DISABLED.exec(line);
          return found
            ? [`${path}:${index + 1}: \`${found[0]}\` keeps tests from running; mend the test or delete it`]
            : [];
        }),
    );
