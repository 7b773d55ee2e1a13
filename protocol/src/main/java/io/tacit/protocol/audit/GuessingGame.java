package io.tacit.protocol.audit;

import io.tacit.crypto.random.Prg;
import java.util.Arrays;
import java.util.List;

/**
 * The game that secrecy is defined by: a server chooses two situations (two inputs, or two networks), learns to know both in
 * as many queries as it likes, and then tells which of them a query is about. For each of the two it works out what the masks
 * would have been and looks for what masks must not have: a value or bits that never occurred while it learned, a mask that
 * occurs again in the query, or that of the query before or its negative. The situation with fewer oddities among wrong
 * masks, or more repetitions among right ones, is its guess; it tosses a coin if both are alike.
 */
final class GuessingGame {
    private final List<MaskedValues> first;
    private final List<MaskedValues> second;

    /** @param first what the server knows from queries about the one situation @param second about the other */
    GuessingGame(List<MaskedValues> first, List<MaskedValues> second) {
        this.first = first;
        this.second = second;
    }

    /** Queries that it is played for: the odd ones; it learns from the even ones. */
    int games() {
        return first.get(0).queries() / 2 + second.get(0).queries() / 2;
    }

    /** Games won. */
    int play(Prg coins) {
        int won = 0;
        for (int side = 0; side < 2; side++) {
            List<MaskedValues> played = side == 0 ? first : second;
            for (int query = 1; query < played.get(0).queries(); query += 2) {
                double evidence = 0;
                for (int i = 0; i < played.size(); i++) {
                    evidence += evidence(i, played.get(i), query);
                }
                int guess = evidence > 0 ? 0 : evidence < 0 ? 1 : coins.nextBelow(2);
                won += guess == side ? 1 : 0;
            }
        }
        return won;
    }

    /** Positive if the query looks as if it were about the first situation. */
    private double evidence(int index, MaskedValues played, int query) {
        MaskedValues one = first.get(index);
        MaskedValues other = second.get(index);
        long highest = 0;
        long bits = 0;
        for (MaskedValues values : List.of(one, other)) {
            for (int learned = 0; learned < values.queries(); learned += 2) {
                for (long mask : values.masks(learned, values.data().get(learned))) {
                    highest = Math.max(highest, mask);
                    bits |= mask;
                }
            }
        }
        long[] before = played.masks(query - 1, played.data().get(query - 1));
        return score(played.masks(query, one.data().get(0)), before, highest, bits, played.ringMask())
                - score(played.masks(query, other.data().get(0)), before, highest, bits, played.ringMask());
    }

    private static double score(long[] masks, long[] before, long highest, long bits, long ringMask) {
        double score = 0;
        for (int i = 0; i < masks.length; i++) {
            score -= masks[i] > highest || (masks[i] & ~bits) != 0 ? 1 : 0;
            score += masks[i] == before[i] || (masks[i] + before[i] & ringMask) == 0 ? 1 : 0;
        }
        long[] sorted = masks.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            score += sorted[i] == sorted[i - 1] ? 1 : 0;
        }
        return score;
    }
}
