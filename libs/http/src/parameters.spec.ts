import { parametersOf } from './parameters.ts';

describe('the parameters of a query or a form', () => {
  it('are texts, and lists where a name is repeated', () => {
    expect(parametersOf('a=1&b=&a=2&c&a=%C3%BC+')).toEqual({ a: ['1', '2', 'ü '], b: '', c: '' });
    expect(parametersOf('')).toEqual({});
  });

  it.each(['__proto__', 'constructor', 'toString'])('may be called %s, and nothing is inherited', (name) => {
    const parameters = parametersOf(`${name}=1&${name}=2`);
    expect(Object.getPrototypeOf(parameters)).toBeNull();
    expect(Object.entries(parameters)).toEqual([[name, ['1', '2']]]);
  });
});
