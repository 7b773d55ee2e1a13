package io.tacit.protocol.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Labels, garbled tables and ciphertexts are fresh: no block of 16 bytes occurs twice, wherever; and no two messages at the same
 * position in two transcripts differ by the same block twice, as labels of one wire do, which differ by the garbler's offset.
 * Chance gives such a repetition with a probability of 2^-128 a pair, so that a single one is a finding; messages that hold
 * no such blocks are left out by the caller.
 */
final class BlockStatistics {
    static final int BLOCK = 16;

    /** A block as two words. */
    private record Block(long low, long high) {}

    private final Set<Block> blocks = new HashSet<>();
    private final Map<Integer, byte[]> last = new HashMap<>();
    private final Set<Block> differences = new HashSet<>();
    private final List<String> findings = new ArrayList<>();
    private long counted;

    /** @param position of the message in its transcript @param skip bytes at its beginning that are alike in all */
    void add(int position, int skip, byte[] message) {
        byte[] before = last.put(position, message);
        for (int at = skip; at + BLOCK <= message.length; at += BLOCK) {
            Block block = new Block(word(message, at), word(message, at + Long.BYTES));
            counted++;
            if (!blocks.add(block)) {
                find("a block for the second time in message " + position);
            }
            if (before != null && before.length == message.length) {
                Block difference =
                        new Block(block.low() ^ word(before, at), block.high() ^ word(before, at + Long.BYTES));
                if (!differences.add(difference)) {
                    find("two blocks that differ like two others, in message " + position);
                }
            }
        }
    }

    private void find(String finding) {
        if (findings.isEmpty()) {
            findings.add(finding);
        }
    }

    private static long word(byte[] bytes, int at) {
        long word = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            word |= (bytes[at + i] & 0xffL) << Byte.SIZE * i;
        }
        return word;
    }

    /** Blocks looked at. */
    long counted() {
        return counted;
    }

    boolean isFlagged() {
        return !findings.isEmpty();
    }

    /** What was found first; empty if nothing. */
    String finding() {
        return findings.isEmpty() ? "" : findings.get(0);
    }
}
