/** The contestant `http-proxy`: `@fastify/http-proxy` as its README shows it, nothing else. */
import httpProxy from '@fastify/http-proxy';
import { fastify } from 'fastify';
import { settings } from './settings.ts';

const server = fastify();
await server.register(httpProxy, { upstream: settings.catalog });
await server.listen({ port: settings.port, host: '127.0.0.1' });
