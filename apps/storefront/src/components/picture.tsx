import { imageUrl } from '../api/catalog.ts';

const WIDTHS = [320, 640, 1280];

type PictureProps = { image: { path: string; alt: string }; sizes: string; eager?: boolean; decorative?: boolean };

/** A square picture of a product in the size that the screen needs; `decorative` when its name stands beside it. */
export function Picture({ image, sizes, eager = false, decorative = false }: PictureProps) {
  return (
    <img
      className="picture"
      src={imageUrl(image.path, 640)}
      srcSet={WIDTHS.map((width) => `${imageUrl(image.path, width)} ${width}w`).join(', ')}
      sizes={sizes}
      width={640}
      height={640}
      alt={decorative ? '' : image.alt}
      loading={eager ? 'eager' : 'lazy'}
      decoding="async"
    />
  );
}
