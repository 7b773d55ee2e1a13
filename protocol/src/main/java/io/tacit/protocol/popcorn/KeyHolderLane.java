package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.KeyHolderRandomizers;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.paillier.RandomizerPool;
import io.tacit.crypto.paillier.SlotLayout;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The client's end of a lane of ciphertexts under its own key. */
final class KeyHolderLane implements AutoCloseable {
    /** Most residues made ahead: at 3072 bits about a quarter of a gigabyte. */
    private static final int MOST_RANDOMIZERS = 1 << 18;

    private final Channel server;
    private final PaillierKeys keys;
    private final Workers workers;
    private final RandomizerPool randomizers;
    private final int ahead;

    /** @param ciphertextsUp ciphertexts that a query sends */
    KeyHolderLane(KeyHolder party, Seed secret, long ciphertextsUp) {
        this.server = party.server();
        this.keys = party.keys();
        this.workers = party.workers();
        this.ahead = (int) Math.min(MOST_RANDOMIZERS, ciphertextsUp);
        this.randomizers = new RandomizerPool(new KeyHolderRandomizers(keys, secret), ahead);
    }

    /** Makes randomness for a query. */
    void prepare() {
        randomizers.fill(ahead);
    }

    /** Encrypts and sends so many plaintexts. @param sent told how many, now and then */
    void send(int size, IntFunction<BigInteger> plaintext, IntConsumer sent) {
        for (int from = 0; from < size; from += CipherLane.CHUNK) {
            BigInteger[] plaintexts = new BigInteger[Math.min(CipherLane.CHUNK, size - from)];
            for (int i = 0; i < plaintexts.length; i++) {
                plaintexts[i] = plaintext.apply(from + i);
            }
            CiphertextBatch.encrypt(randomizers, plaintexts).send(server);
            sent.accept(plaintexts.length);
        }
        server.flush();
    }

    /** Receives packed values. @throws ProtocolAbort if they are no ciphertexts, or hold more than their slots */
    BigInteger[] receive(SlotLayout slots, int values, String step) {
        CiphertextBatch packed = CiphertextBatch.receive(server, keys.publicKey(), slots.packedSize(values), step);
        try {
            return slots.unpack(keys.decrypt(packed, workers), values);
        } catch (IllegalArgumentException e) {
            throw new ProtocolAbort(server.peer(), step, AbortReason.OUT_OF_RANGE);
        }
    }

    /** The answer that scores give. */
    static Answer answer(List<BigInteger> scores) {
        List<Integer> best = IntStream.range(0, scores.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> scores.get(i)).reversed())
                .toList();
        return new Answer(best, scores);
    }

    /** Overwrites the randomness that is left. */
    @Override
    public void close() {
        randomizers.close();
    }
}
