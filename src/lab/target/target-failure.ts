// A target that the laboratory cannot reach: the user's to mend, so told without a stack.

export class TargetFailure extends Error {
  override name = "TargetFailure";
  readonly code = "LAB_TARGET";
}
