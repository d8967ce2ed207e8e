import { join } from 'node:path';
import ts from 'typescript';
import type { Mutant } from './mutant.ts';

/** Looks whether a mutant compiles. The program is made once; for each mutant only its file is read and checked anew. */
export class TypeCheck {
  private readonly options: ts.CompilerOptions;
  private readonly program: ts.Program;
  private readonly sources = new Map<string, ts.SourceFile | undefined>();

  /** @param root of the repository */
  constructor(private readonly root: string) {
    const path = join(root, 'tsconfig.spec.json');
    const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { config: unknown };
    const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    this.options = options;
    this.program = ts.createProgram(fileNames, options, this.hostWith(undefined));
  }

  compiles(mutant: Mutant): boolean {
    const names = this.program.getRootFileNames();
    const mutated = ts.createProgram(names, this.options, this.hostWith(mutant), this.program);
    const source = mutated.getSourceFile(join(this.root, mutant.file))!;
    return mutated.getSemanticDiagnostics(source).length === 0;
  }

  private hostWith(mutant: Mutant | undefined): ts.CompilerHost {
    const host = ts.createCompilerHost(this.options, true);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (name, ...rest) => {
      if (mutant !== undefined && name === join(this.root, mutant.file)) {
        const text = ts.sys.readFile(name)!;
        const changed = text.slice(0, mutant.start) + mutant.replacement + text.slice(mutant.end);
        return ts.createSourceFile(name, changed, rest[0], true);
      }
      if (!this.sources.has(name)) this.sources.set(name, read(name, ...rest));
      return this.sources.get(name);
    };
    return host;
  }
}
