package io.tacit.protocol.linear;

/** Whether the stages of a preparation run at the same time. Messages and results are the same either way. */
public enum Pipeline {
    /** One stage after the other: encrypt, exchange, multiply, exchange, decrypt. For comparison. */
    OFF,
    /** All stages at once, with bounded queues between them: while one window is multiplied, the next one is encrypted. */
    ON
}
