import { Readable } from 'node:stream';
import { linesOf } from './watch-stream.ts';

async function read(chunks: Iterable<string | Buffer>, maxLine?: number): Promise<string[][]> {
  const batches: string[][] = [];
  const stream = Readable.from([...chunks].map((chunk) => Buffer.from(chunk)));
  for await (const lines of linesOf(stream, maxLine)) batches.push(lines);
  return batches;
}

describe('the lines of a watch', () => {
  it('come together when they arrived together', async () => {
    expect(await read(['one\ntwo\n', 'three\n'])).toEqual([['one', 'two'], ['three']]);
  });

  it('may be cut anywhere, in a character too', async () => {
    const bytes = Buffer.from('größe\n\nzwei\n');
    const single = [...bytes].map((byte) => Buffer.of(byte));
    expect((await read(single)).flat()).toEqual(['größe', '', 'zwei']);
    for (let at = 1; at < bytes.length; at++) {
      const lines = await read([bytes.subarray(0, at), bytes.subarray(at)]);
      expect(lines.flat()).toEqual(['größe', '', 'zwei']);
    }
  });

  it('are whole: an end within a line is an error', async () => {
    await expect(read(['one\ntw'])).rejects.toThrow('ended within a line');
  });

  it('may be as long as allowed, and no longer', async () => {
    expect(await read(['12345', '67890', '\n'], 10)).toEqual([['1234567890']]);
    await expect(read(['12345', '67890', '1', '\n'], 10)).rejects.toThrow('more than 10 bytes');
  });

  it('an endless line is given up with no more held than is allowed, and its stream is destroyed', async () => {
    let sent = 0;
    const endless = new Readable({
      read() {
        sent += 65_536;
        this.push(Buffer.alloc(65_536, 'x'));
      },
    });
    await expect(linesOf(endless).next()).rejects.toThrow('more than 4194304 bytes');
    expect(endless.destroyed).toBe(true);
    expect(sent).toBeLessThan(4_194_304 + 4 * 65_536);
  });

  it('a line of very many small pieces is put together', async () => {
    const pieces = Array.from({ length: 5_000 }, () => 'ab');
    expect(await read([...pieces, '\n'])).toEqual([['ab'.repeat(5_000)]]);
  });

  it('leaving the loop destroys the stream', async () => {
    const stream = Readable.from([Buffer.from('one\n'), Buffer.from('two\n')]);
    for await (const _ of linesOf(stream)) break;
    expect(stream.destroyed).toBe(true);
  });
});
