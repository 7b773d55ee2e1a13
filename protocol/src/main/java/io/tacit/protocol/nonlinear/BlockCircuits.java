package io.tacit.protocol.nonlinear;

import io.tacit.crypto.garble.Arithmetic;
import io.tacit.crypto.garble.Circuit;
import io.tacit.crypto.garble.CircuitBuilder;
import io.tacit.crypto.garble.InputKind;
import io.tacit.crypto.garble.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The circuits of one plan, each built once. All take shared words: the garbler's part y comes {@code ONLINE}, the
 * evaluator's part s as {@code EVALUATOR} input, word after word, and the word is y + s mod 2^k, or modulo an odd number.
 */
public final class BlockCircuits {
    private final Map<Object, Circuit> built = new HashMap<>();
    private final Resharing resharing;

    /** How a result gets its new mask. */
    public enum Resharing {
        /** Bits above the result's own are projected from one: where the garbler alone knows the mask. */
        PROJECTED,
        /** By a subtraction in all bits: where n parties garble and nobody knows the mask. */
        SUBTRACTED
    }

    /** The circuits of a garbler and an evaluator. */
    public BlockCircuits() {
        this(Resharing.PROJECTED);
    }

    public BlockCircuits(Resharing resharing) {
        this.resharing = resharing;
    }

    /**
     * A shared word that is not negative needs no sign bit.
     *
     * @param bits k, of y, of s and of their sum
     * @param signed whether the top bit of the sum is its sign
     * @param modulus what the sum is taken modulo: 0 for 2^k, or an odd number below it, whose signed residues all words are
     * @param valueBits bits of a signed word that holds every value
     */
    public record SharedWord(int bits, boolean signed, long modulus, int valueBits) {

        /** Shared modulo 2^k. */
        public SharedWord(int bits, boolean signed) {
            this(bits, signed, 0, signed ? bits : bits + 1);
        }

        /** Shared modulo an odd number that is more than twice every value. */
        public static SharedWord modulo(long modulus, int valueBits) {
            return new SharedWord(Long.SIZE - Long.numberOfLeadingZeros(modulus), true, modulus, valueBits);
        }

        Word build(CircuitBuilder gates, Arithmetic blocks) {
            if (modulus != 0) {
                return blocks.fromModulo(
                        gates.input(InputKind.ONLINE, bits),
                        gates.input(InputKind.EVALUATOR, bits),
                        modulus,
                        valueBits);
            }
            Word sum = blocks.add(gates.input(InputKind.ONLINE, bits), gates.input(InputKind.EVALUATOR, bits));
            return signed ? sum : sum.unsigned(bits + 1);
        }
    }

    private record MapKey(SharedWord input, int words, WordFunction function, int outputBits) {}

    private record RankKey(SharedWord input, int words, int places) {}

    /**
     * The largest {@code function} of {@code words} shared words, shared anew: {@code x - r mod 2^l'} with r the
     * {@code KNOWN} inputs.
     *
     * @param words words of one instance, 1 for a plain activation
     * @param outputBits l'
     */
    public Circuit map(SharedWord input, int words, WordFunction function, int outputBits) {
        return built.computeIfAbsent(new MapKey(input, words, function, outputBits), key -> {
            CircuitBuilder gates = new CircuitBuilder();
            Arithmetic blocks = new Arithmetic(gates);
            List<WordFunction.Result> results = new ArrayList<>();
            for (int i = 0; i < words; i++) {
                results.add(function.build(blocks, input.build(gates, blocks)));
            }
            Word largest = largest(blocks, results);
            Word mask = gates.input(InputKind.KNOWN, outputBits);
            boolean signed = results.get(0).signed();
            if (signed || resharing == Resharing.SUBTRACTED) {
                Word x = signed ? largest.signed(outputBits) : largest.unsigned(outputBits);
                gates.output(blocks.subtract(x, mask));
            } else {
                blocks.outputMasked(largest.unsigned(Math.min(outputBits, largest.width())), mask);
            }
            return gates.build();
        });
    }

    private static Word largest(Arithmetic blocks, List<WordFunction.Result> results) {
        boolean signed = results.get(0).signed();
        List<Word> open =
                new ArrayList<>(results.stream().map(WordFunction.Result::word).toList());
        while (open.size() > 1) {
            List<Word> winners = new ArrayList<>();
            for (int i = 0; i + 1 < open.size(); i += 2) {
                winners.add(
                        signed
                                ? blocks.maxSigned(open.get(i), open.get(i + 1))
                                : blocks.max(open.get(i), open.get(i + 1)));
            }
            if (open.size() % 2 == 1) {
                winners.add(open.get(open.size() - 1));
            }
            open = winners;
        }
        return open.get(0);
    }

    /** Indices of the {@code places} largest of {@code words} shared words, largest first, the lowest index first among equals. */
    public Circuit rank(SharedWord input, int words, int places) {
        return built.computeIfAbsent(new RankKey(input, words, places), key -> {
            CircuitBuilder gates = new CircuitBuilder();
            Arithmetic blocks = new Arithmetic(gates);
            List<Word> values = new ArrayList<>();
            for (int i = 0; i < words; i++) {
                values.add(input.build(gates, blocks));
            }
            List<Word> indices = places == 1 ? List.of(blocks.argmax(values)) : blocks.topIndices(values, places);
            indices.forEach(gates::output);
            return gates.build();
        });
    }
}
