import type { Check } from '../repository.ts';

const BINARY = /\.(?:png|jpe?g|webp|gif|ico|woff2?|pdf|gz)$/;
const MACHINE_PATH = /(?<![\w.:/$}{*-])\/(?:work|root|home|Users)\/[\w./-]+/;

/** No file names a folder of somebody's machine. */
export const noMachinePaths: Check = (repository) =>
  repository.files
    .filter((path) => !BINARY.test(path))
    .flatMap((path) => {
      const found = MACHINE_PATH.exec(repository.read(path));
      return found ? [`${path}: names the machine's path ${found[0]}; write it relative to the repository`] : [];
    });
