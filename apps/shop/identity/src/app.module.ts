import { Module } from '@nestjs/common';
import { DatabaseModule, ServiceSettings } from '@portico/shop-kit';
import { AccountRepository } from './accounts/account.repository.ts';
import { AccountsService } from './accounts/accounts.service.ts';
import { LoginThrottle } from './accounts/login-throttle.ts';
import { RegistrationService } from './accounts/registration.service.ts';
import { removeTestUsers, seedTestUsers } from './accounts/test-users.ts';
import { AdminController } from './admin/admin.controller.ts';
import { IdentitySettings } from './identity-settings.ts';
import { migrations } from './migrations.ts';
import { Interactions } from './pages/interactions.ts';
import { LoginController } from './pages/login.controller.ts';
import { RegistrationController } from './pages/registration.controller.ts';
import { IdentityProvider } from './provider/identity-provider.ts';
import { ProviderFactory } from './provider/provider-factory.ts';
import { SigningKeys } from './provider/signing-keys.ts';

/** What identity is made of. */
@Module({
  imports: [
    DatabaseModule.forRoot({
      migrations,
      seed: async (queries, settings) => {
        await (new IdentitySettings(settings).testUsers ? seedTestUsers : removeTestUsers)(queries);
      },
    }),
  ],
  controllers: [LoginController, RegistrationController, AdminController],
  providers: [
    {
      provide: IdentitySettings,
      inject: [ServiceSettings],
      useFactory: (settings: ServiceSettings) => new IdentitySettings(settings),
    },
    AccountRepository,
    LoginThrottle,
    AccountsService,
    RegistrationService,
    Interactions,
    SigningKeys,
    ProviderFactory,
    IdentityProvider,
  ],
})
export class AppModule {}
