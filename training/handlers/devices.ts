// Answers `host/devices`.
import type { HostContext, HostHandlers } from './context';

export const deviceHandlers = ({ devices }: HostContext): HostHandlers<'host/devices'> => ({
  'host/devices': async () => (await devices()).map(({ info }) => info),
});
