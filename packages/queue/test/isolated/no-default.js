export const work = () => undefined;
