import { type FormEvent, useEffect, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { SearchIcon } from './icons.tsx';

/** The search field of the header; shows what is being searched for. */
export function SearchForm() {
  const [path, navigate] = useLocation();
  const search = useSearch();
  const asked = path === '/browse' ? (new URLSearchParams(search).get('q') ?? '') : '';
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const words = text.trim();
    navigate(words ? `/browse?${new URLSearchParams({ q: words })}` : '/browse');
  };
  return (
    <form className="search-form" role="search" onSubmit={submit} action="/browse">
      <label className="visually-hidden" htmlFor="search">
        Search the shop
      </label>
      <input
        id="search"
        name="q"
        type="search"
        value={text}
        placeholder="Lantern, blanket, trowel"
        autoComplete="off"
        enterKeyHint="search"
        maxLength={100}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" aria-label="Search">
        <SearchIcon />
      </button>
    </form>
  );
}
