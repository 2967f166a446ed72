// @ts-check
export const screen = { view: () => ({ title: 'report', main: 'report' }) };
