// Why something could not be written in a folder, in words that say what to do.

export function whyNot(error: unknown, folder: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return 'the disk is full: make room, then try again';
  if (code === 'EACCES' || code === 'EPERM') return `permission denied: make ${folder} writable`;
  if (code === 'EROFS') return `the file system is read-only: make ${folder} writable`;
  return message;
}
