// What the questions are headed with: the command's own name.
export const title = 'Sparse Train';
