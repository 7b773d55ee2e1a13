package io.tacit.protocol.material;

/** A piece of material, or the store itself, cannot be used: torn, altered, of another epoch, or not writable. */
public final class MaterialException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong and what to do, in one sentence, without contents */
    public MaterialException(String message) {
        super(message);
    }

    /** @param cause why the store itself cannot be read or written */
    public MaterialException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the store itself failed, and not only the piece. */
    public boolean isOfStore() {
        return getCause() != null;
    }
}
