export { AuditTrailModule } from './audit-trail/audit-trail.module.ts';
export { AuthModule } from './auth.module.ts';
export { type AuthSettings, type BffIdentity } from './auth-settings.ts';
export { StaffSessionsModule } from './endpoints/staff-sessions.module.ts';
export { AUTH_PROBLEMS, AUTH_SETTINGS, DOOR, PROVIDER, SESSIONS } from './injection.ts';
export { type AccessEvent } from './policy/access-event.ts';
export { type Session, type SessionSummary } from './session/session.ts';
export { SessionCookie } from './session/session-cookie.ts';
export { type OpenedSession, type Sessions } from './session/sessions.ts';
