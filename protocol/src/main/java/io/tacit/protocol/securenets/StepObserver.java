package io.tacit.protocol.securenets;

import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;

/** Sees what the user computes, step by step: for comparing a private run with the reference. The results are secret. */
@FunctionalInterface
public interface StepObserver {
    /** Sees nothing. */
    StepObserver NONE = (step, result) -> {};

    /** The result of one step for some images of the batch; valid during the call only. */
    void result(Step step, IntegerTensor result);
}
