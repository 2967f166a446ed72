// @ts-check
export const screen = { view: () => ({ title: 'styleguide', main: 'styleguide' }) };
