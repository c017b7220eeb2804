export { AuthGuard, Caller, Roles } from './auth/auth.guard.ts';
export { Authenticator } from './auth/authenticator.ts';
export { hasRole, localPrincipal, mayChange, roles, type Principal, type Role } from './auth/roles.ts';
export { createTokenFile, TokenFile } from './auth/token-file.ts';
export { ConfigurationError, type ProblemItem } from './errors.ts';
export { Health, type HealthCheck, type HealthState, type Readiness } from './health.ts';
export { Describe, type RouteDescription } from './http/describe.ts';
export { ProblemError, type Problem } from './http/problem.ts';
export { sentence } from './http/sentence.ts';
export { count, hubSettings, type HubSettings } from './hub-settings.ts';
export { createLog, type Log } from './log.ts';
export { createMetrics, stageMetrics, type Measurements } from './metrics.ts';
export { settingsPage, type SettingsPage } from './settings-page.ts';
export { placeOf } from './place.ts';
export { runService } from './run-service.ts';
export { startService, type RunningService, type ServiceContext, type ServiceDefinition } from './service.ts';
export {
  describeSettings,
  integer,
  list,
  readSettings,
  setting,
  type ConfigOf,
  type Setting,
  type SettingDescription,
  type Settings,
} from './settings.ts';
