package io.tacit.crypto.garble;

/**
 * Who knows an input bit of a circuit, and when: this decides how its label reaches the evaluator. Said here for two parties;
 * {@link PartyBatch} says what the kinds are where n garble together.
 */
public enum InputKind {
    /** Known to the garbler when it garbles, such as its masks: labels come from a public seed and cost no traffic. */
    KNOWN,
    /** Known to the garbler only after garbling: it sends one label a bit when the bit is known. */
    ONLINE,
    /** Chosen by the evaluator: labels are the outcome of correlated oblivious transfers. */
    EVALUATOR
}
