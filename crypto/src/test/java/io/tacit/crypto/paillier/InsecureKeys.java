package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Seed;
import java.math.BigInteger;

/** Keys whose primes everybody knows: one too short to resist anything, for quick tests, and one of the shortest real length. */
final class InsecureKeys {
    static final BigInteger SHORT_P =
            new BigInteger("dc839d6e3f97de7a22e493f83be1942fa6b85a7ae90c9b7478f8d22b08690027", 16);
    static final BigInteger SHORT_Q =
            new BigInteger("c6b0b9929d5120b7df74551684f7fceb8485de8eab286e6b02967edbe0831b33", 16);

    static final BigInteger P = new BigInteger(
            "c39a7111fd53ac76cfdb1d3c9236482dc50cda26d61fa12568b86b5b5cfe747dc4447de74fb3f797d9abe8d96a310ec5"
                    + "9533e83a37c4c4b4bf31a9778834f3250df9df27ff096ece14a0ba442ecc117f5d6846425d4993bbf176f54e0609c498"
                    + "79b01008b78b0ca0734afac3a013d26d8193fa52652345eedf93b3b08d1f46a3",
            16);
    static final BigInteger Q = new BigInteger(
            "ceba32e2941e9dcf3e04abb4f63cfec0071185abee0c3fb2475a7e7ddf9055c28fdb0c3c8faa31ee6df1846ac713d383"
                    + "1fc1cb7fd70dcc635cfcb9323e41238984b9a5b417272f923d1af2cb28fe6e1e72fd9e9e457fff71e17c45b5c6857a3c"
                    + "e050b09f3b99be9c16886146116fa9a66e5186c585f907caf681c86637144f5f",
            16);

    private InsecureKeys() {}

    static Seed seed(int number) {
        byte[] bytes = new byte[Seed.BYTES];
        bytes[0] = (byte) number;
        bytes[1] = (byte) (number >> 8);
        return Seed.of(bytes);
    }

    /** 512 bits. */
    static PaillierKeys tooShort() {
        return new PaillierKeys(SHORT_P, SHORT_Q, seed(1));
    }

    /** 2048 bits. */
    static PaillierKeys known() {
        return new PaillierKeys(P, Q, seed(2));
    }
}
