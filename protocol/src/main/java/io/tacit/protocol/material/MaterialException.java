package io.tacit.protocol.material;

/** A piece of material, or the store itself, cannot be used: torn, altered, of another epoch, or not writable. */
public final class MaterialException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong and what to do, in one sentence, without contents */
    public MaterialException(String message) {
        super(message);
    }

    public MaterialException(String message, Throwable cause) {
        super(message, cause);
    }
}
