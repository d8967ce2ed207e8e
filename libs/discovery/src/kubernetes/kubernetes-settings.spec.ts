import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@portico/core';
import { CA_FILE } from '../../test/kubernetes/recorded.ts';
import { readCa, readKubernetesSettings, readToken } from './kubernetes-settings.ts';

const SECURE = { KUBERNETES_URL: 'https://api.internal:6443/', KUBERNETES_CA: CA_FILE, KUBERNETES_TOKEN: 'secret' };

function problemsOf(environment: Readonly<Record<string, string>>): string {
  try {
    readKubernetesSettings(environment);
  } catch (error) {
    return ConfigError.problemsOf(error).join('\n');
  }
  return '';
}

describe('settings of the Kubernetes API server', () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'portico-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function fileOf(content: string): string {
    const file = join(folder, 'file');
    writeFileSync(file, content);
    return file;
  }

  it('name the server, its authority and the token', async () => {
    const settings = readKubernetesSettings(SECURE);
    expect(settings).toMatchObject({ url: 'https://api.internal:6443', caFile: CA_FILE });
    expect(await readToken(settings)).toBe('secret');
    expect(await readCa(settings)).toContain('BEGIN CERTIFICATE');
  });

  it('are by default those of a pod, and say which files are missing outside of one', () => {
    const problems = problemsOf({});
    expect(problems).toContain('KUBERNETES_CA: the file /var/run/secrets/kubernetes.io/serviceaccount/ca.crt');
    expect(problems).toContain('KUBERNETES_TOKEN_FILE: the file /var/run/secrets/kubernetes.io/serviceaccount/token');
    expect(problems).toContain('cannot be read (ENOENT)');
  });

  it('read a token file anew each time, for Kubernetes replaces the token', async () => {
    const { KUBERNETES_TOKEN: _, ...rest } = SECURE;
    const settings = readKubernetesSettings({ ...rest, KUBERNETES_TOKEN_FILE: fileOf('first\n') });
    expect(await readToken(settings)).toBe('first');
    fileOf('second\n');
    expect(await readToken(settings)).toBe('second');
  });

  it.each(['', 'rubbish', '-----BEGIN CERTIFICATE-----'])(
    'an authority file that holds %p is an error, never trust in all public authorities',
    async (content) => {
      expect(problemsOf({ ...SECURE, KUBERNETES_CA: fileOf(content) })).toContain('holds no certificate in PEM');
      const settings = { ...readKubernetesSettings(SECURE), caFile: fileOf(content) };
      await expect(readCa(settings)).rejects.toThrow('holds no certificate');
    },
  );

  it.each(['', '  \n', 'two words', 'two\nlines', 'höhle'])('a token file that holds %p is an error', (content) => {
    const { KUBERNETES_TOKEN: _, ...rest } = SECURE;
    const problems = problemsOf({ ...rest, KUBERNETES_TOKEN_FILE: fileOf(content) });
    expect(problems).toContain('holds no token');
  });

  it('a token that no header can carry is refused without being shown', () => {
    const problems = problemsOf({ ...SECURE, KUBERNETES_TOKEN: 's3cret s3cret' });
    expect(problems).toContain('KUBERNETES_TOKEN');
    expect(problems).not.toContain('s3cret');
  });

  it.each([
    ['http://10.0.0.1:6443', 'must start with https://'],
    ['http://localhost.example.com', 'must start with https://'],
    ['http://127.0.0.1.example.com', 'must start with https://'],
    ['ftp://127.0.0.1', 'must start with https://'],
    ['https://user:secret@api', 'user or password'],
    ['https://api?x=1', 'query'],
    ['api.internal', 'absolute URL'],
  ])('case 98: %s is refused', (url, problem) => {
    const problems = problemsOf({ ...SECURE, KUBERNETES_URL: url });
    expect(problems).toContain('KUBERNETES_URL: ');
    expect(problems).toContain(problem);
  });

  it.each(['http://127.0.0.1:8001', 'http://127.9.9.9', 'http://[::1]:8001', 'http://localhost:8001'])(
    '%s (kubectl proxy) needs neither authority nor token',
    async (url) => {
      const settings = readKubernetesSettings({ KUBERNETES_URL: url });
      expect(await readCa(settings)).toBeUndefined();
      expect(await readToken(settings)).toBeUndefined();
    },
  );

  it('both a token and a file of it are one too many', () => {
    expect(problemsOf({ ...SECURE, KUBERNETES_TOKEN_FILE: fileOf('token') })).toContain('leave one of them out');
  });

  it('tells all problems at once', () => {
    const environment = { ...SECURE, KUBERNETES_CA: fileOf(''), KUBERNETES_TOKEN_FILE: join(folder, 'none') };
    expect(problemsOf(environment).split('\n')).toHaveLength(3);
  });
});
