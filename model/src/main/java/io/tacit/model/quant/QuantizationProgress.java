package io.tacit.model.quant;

/** Told how far long work has come, from any of its threads. */
@FunctionalInterface
public interface QuantizationProgress {

    /** Tells nobody. */
    QuantizationProgress NONE = (stage, done, total) -> {};

    /** The stages of making and judging an integer network, in the order in which they first come. */
    enum Stage {
        CALIBRATION("float network on calibration inputs"),
        ROUNDING("weights and scales"),
        FLOAT_SCORES("float network on test inputs"),
        EVALUATION("integer network on test inputs");

        private final String title;

        Stage(String title) {
            this.title = title;
        }

        /** For people. */
        public String title() {
            return title;
        }
    }

    /**
     * @param done units of this stage that are done; 0 when it begins anew
     * @param total units of this stage
     */
    void at(Stage stage, long done, long total);
}
