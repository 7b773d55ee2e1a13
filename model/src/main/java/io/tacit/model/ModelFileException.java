package io.tacit.model;

/** A model file that cannot be read: missing, corrupt, or hostile. The message is one sentence for people. */
public final class ModelFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ModelFileException(String message) {
        super(message);
    }

    public ModelFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
