package io.tacit.cli;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.wire.PaillierKeyFile;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.random.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Makes a Paillier key and writes it beside the identity that it belongs to. */
final class PaillierKeyMaker {

    private PaillierKeyMaker() {}

    /**
     * Searches for primes: seconds of all cores at 2048 bits, a minute or more at 3072.
     *
     * @param identityFile of the owner
     * @param fingerprint of its certificate
     * @return the file
     */
    static Path write(KeyLength length, Path identityFile, Sha256 fingerprint) throws IOException {
        Path file = PaillierKeyFile.beside(identityFile);
        try (Cores cores = new Cores();
                Seed seed = Seed.random(new SecureRandom());
                PaillierKeys keys = PaillierKeys.generate(length, seed, cores.workers())) {
            PaillierKeyFile.write(file, keys, fingerprint);
        }
        return file;
    }
}
