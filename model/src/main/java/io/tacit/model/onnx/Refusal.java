package io.tacit.model.onnx;

/** Ends the reading of one node; becomes a {@link io.tacit.model.Finding}. Never leaves this package. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String instead;

    Refusal(String problem, String instead) {
        super(problem, null, false, false);
        this.instead = instead;
    }

    String problem() {
        return String.valueOf(getMessage());
    }

    String instead() {
        return instead;
    }
}
