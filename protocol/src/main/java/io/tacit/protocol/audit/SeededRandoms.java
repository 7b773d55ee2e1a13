package io.tacit.protocol.audit;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Function;

/** Generators that are set before their first use give the same masks every time: an audit can be repeated. */
final class SeededRandoms implements Function<String, SecureRandom> {
    private final String name;
    private int asked;

    SeededRandoms(String name) {
        this.name = name;
    }

    @Override
    public SecureRandom apply(String role) {
        byte[] bytes = new byte[Seed.BYTES];
        try (Seed seed = seed(name);
                Prg prg = seed.generator("party", role, Integer.toString(asked++))) {
            prg.fill(bytes, 0, bytes.length);
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(bytes);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA1PRNG", e);
        }
    }

    static Seed seed(String name) {
        byte[] bytes = Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), Seed.BYTES);
        try (Seed named = Seed.of(bytes)) {
            return named.derive("audit", name);
        }
    }
}
