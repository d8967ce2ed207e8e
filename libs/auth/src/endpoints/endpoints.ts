import type { Provider, Type } from '@nestjs/common';
import type { AuthSettings } from '../auth-settings.ts';
import { AUTH_SETTINGS } from '../injection.ts';
import { SessionCookie } from '../session/session-cookie.ts';
import { BackchannelLogoutController } from './backchannel-logout.controller.ts';
import { LoginController } from './login.controller.ts';
import { LoginCookies } from './login-cookies.ts';
import { LogoutController } from './logout.controller.ts';
import { SessionsController } from './sessions.controller.ts';
import { UserController } from './user.controller.ts';

/** Everything under `/bff` of a BFF with a cookie door. */
export const ENDPOINT_CONTROLLERS: Array<Type<unknown>> = [
  LoginController,
  UserController,
  LogoutController,
  BackchannelLogoutController,
  SessionsController,
];

/** What those controllers need beside the `Sessions`, the `Provider`, the settings and the `SessionCookie`. */
export const ENDPOINT_PROVIDERS: Provider[] = [
  {
    provide: LoginCookies,
    useFactory: (cookie: SessionCookie, { sessionKeys }: AuthSettings) => new LoginCookies(cookie.name, sessionKeys),
    inject: [SessionCookie, AUTH_SETTINGS],
  },
];
