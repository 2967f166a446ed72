// @ts-check
export const screen = { view: () => ({ title: 'profile', main: 'profile' }) };
