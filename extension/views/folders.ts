// A panel is told apart by its run's folder; a view of several runs has theirs in one text, a line each.

export const foldersText = (folders: readonly string[]): string => folders.join('\n');

export const foldersIn = (text: string): string[] => text.split('\n');
