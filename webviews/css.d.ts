// Styles are imported for their effect: the bundler collects them into one file a view.
declare module '*.css';
