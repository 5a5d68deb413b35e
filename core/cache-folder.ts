// Where what can be made again is kept between sessions: one folder for all processes, wherever the user keeps caches.

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** The user's home folder. */
  readonly home: string;
}

/** `ESPALIER_HOME`, or `espalier` among the user's caches. */
export function cacheFolder({ env, platform, home }: Machine): string {
  if (env['ESPALIER_HOME']) return env['ESPALIER_HOME'];
  if (platform === 'win32') return `${env['LOCALAPPDATA'] ?? home}\\espalier\\cache`;
  if (platform === 'darwin') return `${home}/Library/Caches/espalier`;
  return `${env['XDG_CACHE_HOME'] ?? `${home}/.cache`}/espalier`;
}
