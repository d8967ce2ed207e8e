import { useRef } from 'react';
import type { ProductSummary } from '../api/types.ts';
import { Picture } from './picture.tsx';

/** The product's picture; a button shows it as large as the window allows. */
export function ProductGallery({ product }: { product: ProductSummary }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <div className="gallery">
      <button type="button" className="plate gallery-open" onClick={() => dialog.current?.showModal()}>
        <Picture image={product.image} sizes="(min-width: 56rem) 34rem, 92vw" eager />
        <span className="gallery-hint">Look closer</span>
      </button>
      <dialog ref={dialog} className="gallery-dialog" aria-label={`Picture of ${product.name}`}>
        <Picture image={product.image} sizes="96vmin" />
        <form method="dialog">
          <button className="button" type="submit">
            Close
          </button>
        </form>
      </dialog>
    </div>
  );
}
