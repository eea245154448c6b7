/** The longest message that the desk takes, in characters. */
export const LONGEST = 2000;
