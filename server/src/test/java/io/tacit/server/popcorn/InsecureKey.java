package io.tacit.server.popcorn;

import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.random.Seed;
import java.math.BigInteger;
import java.security.SecureRandom;

/** A key of 2048 bits whose primes everybody knows: made once, so that tests need not search for primes. */
final class InsecureKey {
    private static final BigInteger P = new BigInteger(
            "c39a7111fd53ac76cfdb1d3c9236482dc50cda26d61fa12568b86b5b5cfe747dc4447de74fb3f797d9abe8d96a310ec5"
                    + "9533e83a37c4c4b4bf31a9778834f3250df9df27ff096ece14a0ba442ecc117f5d6846425d4993bbf176f54e0609c498"
                    + "79b01008b78b0ca0734afac3a013d26d8193fa52652345eedf93b3b08d1f46a3",
            16);
    private static final BigInteger Q = new BigInteger(
            "ceba32e2941e9dcf3e04abb4f63cfec0071185abee0c3fb2475a7e7ddf9055c28fdb0c3c8faa31ee6df1846ac713d383"
                    + "1fc1cb7fd70dcc635cfcb9323e41238984b9a5b417272f923d1af2cb28fe6e1e72fd9e9e457fff71e17c45b5c6857a3c"
                    + "e050b09f3b99be9c16886146116fa9a66e5186c585f907caf681c86637144f5f",
            16);

    private InsecureKey() {}

    static PaillierKeys of2048Bits() {
        return PaillierKeys.ofPrimes(KeyLength.BITS_2048, P, Q, Seed.random(new SecureRandom()));
    }
}
