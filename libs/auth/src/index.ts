export { type Session, type SessionSummary } from './session/session.ts';
