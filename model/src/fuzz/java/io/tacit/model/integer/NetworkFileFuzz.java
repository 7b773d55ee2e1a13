package io.tacit.model.integer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tacit.model.ModelFileException;
import io.tacit.model.reference.RandomNetworks;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes as an integer network's file, with a trailer to match: the network whose only encoding they are, or a refusal. */
class NetworkFileFuzz {
    private static final int HASH_BYTES = 32;

    static Stream<byte[]> seeds() {
        return LongStream.range(0, 20).mapToObj(seed -> {
            byte[] file = IntegerNetworkFile.encode(RandomNetworks.network(seed));
            return Arrays.copyOf(file, file.length - HASH_BYTES);
        });
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "4m")
    void decode(byte[] content) throws NoSuchAlgorithmException {
        byte[] file = Arrays.copyOf(content, content.length + HASH_BYTES);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
        System.arraycopy(hash, 0, file, content.length, HASH_BYTES);
        try {
            IntegerNetwork network = IntegerNetworkFile.decode(file);
            if (!Arrays.equals(IntegerNetworkFile.encode(network), file)) {
                throw new AssertionError("two encodings of one network");
            }
        } catch (ModelFileException e) {
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError("a refusal without a reason", e);
            }
        }
    }
}
