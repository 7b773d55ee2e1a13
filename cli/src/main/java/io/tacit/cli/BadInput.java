package io.tacit.cli;

/** Something the user gave cannot be used; the message says what and what to do, in one sentence. */
final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadInput(String message) {
        super(message);
    }
}
