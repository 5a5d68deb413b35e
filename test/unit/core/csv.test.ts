// Tables as text: what their first line says.
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../core/formats/csv';

describe('the columns of a table', () => {
  it.each([
    ['width,length,kind\n1,2,a', ['width', 'length', 'kind']],
    ['\uFEFFa;b\r\n1;2', ['a', 'b']],
    ['a\tb', ['a', 'b']],
    ['"a, b","say ""c"""\n', ['a, b', 'say "c"']],
    ['alone\n1', ['alone']],
    ['', []],
    ['\n', []],
    // Rows begin where the trainer begins to read them.
    ['\na,b\n1,2', ['a', 'b']],
    ['"a\nb",c\n1,2', ['a\nb', 'c']],
  ])('of %j', (text, names) => expect(columnsOf(text, 'table.csv')).toEqual(names));
});
