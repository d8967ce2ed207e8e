import { answerBytes } from './raw-upstream.ts';
import { DOCUMENT_SIZES, documentOf, type DocumentSize } from './answers.ts';
import { parseCpuList } from './cores.ts';
import { parseOptions } from './options.ts';
import { rows, selectRows } from './rows.ts';

describe('parseOptions', () => {
  it('has defaults', () => {
    expect(parseOptions([])).toEqual({ check: false, rounds: 3, only: [] });
  });

  it('reads flags as npm and as nx pass them on', () => {
    expect(parseOptions(['--check', '--rounds', '5', '--only=a,b'])).toEqual({
      check: true,
      rounds: 5,
      only: ['a', 'b'],
    });
    expect(parseOptions(['--check=true', '--rounds=5'])).toEqual({ check: true, rounds: 5, only: [] });
  });

  it.each([['--rounds=0'], ['--rounds=many'], ['--fast']])('refuses %s', (argument) => {
    expect(() => parseOptions([argument])).toThrow();
  });
});

describe('selectRows', () => {
  it('takes all without a name, and rows by task, contestant or key', () => {
    expect(selectRows([])).toBe(rows);
    expect(selectRows(['routes']).map(({ key }) => key)).toEqual(['routes/portico', 'routes/portico-2000']);
    expect(selectRows(['direct', 'group-2kb/portico'])).toHaveLength(2);
  });

  it('refuses a name that no row has', () => {
    expect(() => selectRows(['portico', 'fastest'])).toThrow('nothing is called fastest');
  });
});

it('reads a CPU list of the kernel', () => {
  expect(parseCpuList('0-2,5')).toEqual([0, 1, 2, 5]);
});

describe('the documents', () => {
  it.each(Object.keys(DOCUMENT_SIZES) as DocumentSize[])(
    '%s has its size and survives parsing byte for byte',
    (size) => {
      const json = documentOf(size);
      expect(json).toHaveLength(DOCUMENT_SIZES[size]);
      expect(JSON.stringify(JSON.parse(json))).toBe(json);
      expect(answerBytes(json).toString()).toContain(`content-length: ${json.length}\r\n`);
    },
  );
});
