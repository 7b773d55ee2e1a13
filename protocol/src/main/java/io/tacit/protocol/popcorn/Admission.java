package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.paillier.PublicKey;
import io.tacit.crypto.paillier.RandomizerPool;
import io.tacit.crypto.paillier.SubsetRandomizers;
import io.tacit.crypto.paillier.UniformRandomizers;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/** How a client introduces itself, in both modes: greeting, key, proof of the key. */
final class Admission {
    private static final String KEY = "key";

    private Admission() {}

    /** At the client. */
    static void request(Channel server, Greeting greeting, PaillierKeys keys, Seed secret) {
        greeting.send(server);
        byte[] modulus = keys.publicKey().encoded();
        byte[] proof = keys.proof(Greeting.PROOF_CONTEXT, secret);
        Bulk.sendBytes(server, modulus, 0, modulus.length);
        Bulk.sendBytes(server, proof, 0, proof.length);
    }

    /** The length that a greeting states. @throws ProtocolAbort if there is none such, or no image */
    static KeyLength keyLength(Channel client, Greeting greeting) {
        if (greeting.images() < 1) {
            throw new ProtocolAbort(client.peer(), KEY, AbortReason.MALFORMED);
        }
        return Arrays.stream(KeyLength.values())
                .filter(possible -> possible.modulusBits() == greeting.keyBits())
                .findFirst()
                .orElseThrow(() -> new ProtocolAbort(client.peer(), KEY, AbortReason.MALFORMED));
    }

    /** @throws ProtocolAbort unless the client's plan is the server's */
    static void requirePlan(Channel client, Greeting greeting, byte[] planHash) {
        if (!MessageDigest.isEqual(planHash, greeting.planHash())) {
            throw new ProtocolAbort(client.peer(), KEY, AbortReason.MODEL_MISMATCH);
        }
    }

    /** Receives the key and checks its proof. @throws ProtocolAbort if it is not well formed */
    static PublicKey receiveKey(Channel client, KeyLength length) {
        byte[] modulus = new byte[length.modulusBits() / Byte.SIZE];
        byte[] proof = new byte[PublicKey.proofBytes(length)];
        Bulk.receiveBytes(client, modulus, 0, modulus.length);
        Bulk.receiveBytes(client, proof, 0, proof.length);
        try {
            return PublicKey.verified(length, modulus, proof, Greeting.PROOF_CONTEXT);
        } catch (IllegalArgumentException e) {
            throw new ProtocolAbort(client.peer(), KEY, AbortReason.VERIFICATION_FAILED);
        }
    }

    /** Randomness for what goes to the client, uniform whatever its key is made of; nothing is made before the first is asked for. */
    static RandomizerPool randomizers(PublicKey key, long ciphertexts, SecureRandom random, Workers workers) {
        return new RandomizerPool(
                key,
                () -> {
                    try (Seed seed = Seed.random(random)) {
                        return ciphertexts < SubsetRandomizers.worthwhileFrom(key.modulusBits())
                                ? new UniformRandomizers(key, seed, workers)
                                : new SubsetRandomizers(key, seed, workers);
                    }
                },
                Math.toIntExact(ciphertexts));
    }
}
