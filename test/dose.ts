// How much of what is random or long a run of the tests takes. CI takes all of it.

export const IS_FULL_DOSE = process.env["CI"] === "true";
