import { defineUpstream } from '@portico/upstream';
import type { ForwardRoute } from './route.ts';
import { fieldsOf } from './route-fields.ts';

const row: ForwardRoute = {
  methods: ['GET'],
  path: '/api/*',
  upstream: defineUpstream('shop', { url: 'http://127.0.0.1:1' }),
  to: '/*',
  auth: 'public',
  timeout: 1_000,
};

it('the fields of a row are those that it lets pass, in lower case, fixed response fields among them', () => {
  const request = { allow: ['X-Shop'], remove: ['Range'], set: { 'X-Channel': 'web' } };
  const response = { allow: ['X-Total-Count'], remove: ['ETag'], set: { 'X-Edge': 'yes' } };
  const fields = fieldsOf({ ...row, headers: { request, response } })!;
  expect(fields.request).toEqual(expect.arrayContaining(['x-shop', 'prefer', 'if-match', 'content-type']));
  expect(fields.request.filter((name) => ['range', 'x-channel', 'cookie'].includes(name))).toEqual([]);
  expect(fields.response).toEqual(expect.arrayContaining(['x-total-count', 'x-edge', 'content-disposition']));
  expect(fields.response).not.toContain('etag');
});
