/** Colours of a picture: the wall, the floor, the body of the thing, its dark and light parts, and an accent. */
export interface Palette {
  wall: string;
  floor: string;
  body: string;
  dark: string;
  light: string;
  accent: string;
}

const palette = (colours: string): Palette => {
  const [wall = '', floor = '', body = '', dark = '', light = '', accent = ''] = colours.split(' ').map((c) => `#${c}`);
  return { wall, floor, body, dark, light, accent };
};

/** Two palettes for each category: what belongs together looks as if it did. */
const PALETTES: Readonly<Record<string, readonly Palette[]>> = {
  furniture: [
    palette('f3e7d7 e3cfb4 b5763f 6e4423 e2b483 4f7363'),
    palette('e8ece4 cfd8c8 9a6a42 523621 d9b48c c8643c'),
  ],
  lighting: [
    palette('2f3a4a 232c39 f2c14e 8a5a1c ffe9b0 e8894a'),
    palette('3b3346 2b2534 f4b860 7d4f50 ffe3c2 7fb7be'),
  ],
  kitchen: [palette('fbe9e1 f0cdbf d1553f 7a2a20 f4a58f 2f6f6d'), palette('eaf1ec cfdfd5 3f7d6b 1f4a40 a9d0bf e0a030')],
  textiles: [
    palette('f2e8ee dfc9d7 a65d84 5f2f4a dba7c3 e3b04b'),
    palette('e9ecf5 cbd3e8 5d73a6 2f3e66 b3c0e0 d9795d'),
  ],
  bath: [palette('e3f1f3 c0dfe4 3f8fa0 1f5260 a8d6df f0b38a'), palette('eef3ee d2e2d6 6b9c87 35594a bfdccd d98f6c')],
  decor: [palette('fbeee0 f2d3b3 d9814a 8a4522 f6c195 46707a'), palette('f0ebf5 d8cde6 7e63a8 43315f c3b1de e5b85c')],
  storage: [palette('f1eee6 ddd5c3 a08a5f 5c4d31 d4c49d 3f7289'), palette('e6eef2 c9d9e2 5a819a 2f4a5c abc6d6 e09a4f')],
  garden: [palette('e9f4df c6e0ad 5b9a47 2c5626 aed494 e07a4c'), palette('f3f3da dfe0a9 8a9a3c 4a541c c8d27f b5533c')],
  camping: [palette('fde6cf f2bd8a d96a2b 7d3512 f7b27c 2d6a5e'), palette('dfeee9 b3d4c9 2f7d6a 14463b 8fc7b6 f0a63c')],
  hiking: [palette('e4edf5 bcd0e2 3f6c9c 1e3a5a 9dbddc e4793a'), palette('f0ece4 d6ccb8 7b6a4c 40361f bdae8c c2452f')],
  cycling: [palette('fdeee9 f6cfc4 d8432f 74170c f59e8f 2b4f71'), palette('eaf3f8 c3dfee 2d7fb0 12425f 94c6e3 f2b134')],
  tools: [palette('fdf3d3 f3dc93 e0a616 6b4c05 f8d56d 3a4a5c'), palette('e8eaee c8cdd6 566275 2a323f a3adbd e2572f')],
};

/** The palette of a product. @param turn any whole number; it chooses among those of the category */
export function paletteOf(category: string, turn: number): Palette {
  const choices = PALETTES[category] ?? Object.values(PALETTES).flat();
  return choices[turn % choices.length] ?? palette('eeeeee dddddd 777777 333333 bbbbbb aa5533');
}
