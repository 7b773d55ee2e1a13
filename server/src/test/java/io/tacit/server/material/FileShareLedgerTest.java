package io.tacit.server.material;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.lattice.multiparty.CollectiveChoice;
import io.tacit.crypto.lattice.multiparty.CollectiveCiphertext;
import io.tacit.crypto.lattice.multiparty.CollectiveEncryptor;
import io.tacit.crypto.lattice.multiparty.CollectivePublicKey;
import io.tacit.crypto.lattice.multiparty.CommonReference;
import io.tacit.crypto.lattice.multiparty.KeySwitching;
import io.tacit.crypto.lattice.multiparty.PartialProduct;
import io.tacit.crypto.lattice.multiparty.PartialProductAccumulator;
import io.tacit.crypto.lattice.multiparty.PublicKeyGeneration;
import io.tacit.crypto.lattice.multiparty.SecretKeyShare;
import io.tacit.crypto.lattice.multiparty.ShareLedger;
import io.tacit.crypto.lattice.multiparty.Smudging;
import io.tacit.crypto.lattice.multiparty.SummedMask;
import io.tacit.crypto.lattice.multiparty.SummedProduct;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.protocol.material.MaterialException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the ledger when the process ends, however it ends, is there when it begins again. */
class FileShareLedgerTest {
    private static final byte[] KEY = name(1);
    private static final int HEADER_BYTES = 44;
    private static final int ENTRY_BYTES = 68;

    @TempDir
    Path directory;

    private static byte[] name(int number) {
        byte[] name = new byte[ShareLedger.NAME_BYTES];
        Arrays.fill(name, (byte) number);
        return name;
    }

    private Path file() {
        return directory.resolve("ledger");
    }

    private FileShareLedger make() {
        return FileShareLedger.make(file(), KEY);
    }

    private FileShareLedger open() {
        return FileShareLedger.open(file(), KEY);
    }

    @Test
    void oneRequestForACiphertextOverAllRestarts() {
        for (int restart = 0; restart < 3; restart++) {
            try (FileShareLedger ledger = restart == 0 ? make() : open()) {
                for (int i = 0; i < 20; i++) {
                    assertThat(ledger.enter(name(i), name(i + 100))).isTrue();
                    assertThat(ledger.enter(name(i), name(i + 100))).isTrue();
                    assertThat(ledger.enter(name(i), name(i + 101))).isFalse();
                }
            }
        }
        assertThat(file()).hasSize(HEADER_BYTES + 20 * ENTRY_BYTES);
    }

    /** A crash while the last entry was written: cut at every length, and with every byte of it wrong. */
    @Test
    void anEntryWrittenInPartIsNone() throws IOException {
        try (FileShareLedger ledger = make()) {
            ledger.enter(name(1), name(11));
            ledger.enter(name(2), name(12));
        }
        byte[] whole = Files.readAllBytes(file());
        for (int length = HEADER_BYTES + ENTRY_BYTES; length < whole.length; length++) {
            byte[] wrong = whole.clone();
            wrong[length] ^= 1;
            for (byte[] left : List.of(Arrays.copyOf(whole, length), wrong)) {
                Files.write(file(), left);
                try (FileShareLedger ledger = open()) {
                    assertThat(ledger.enter(name(1), name(99))).isFalse();
                    assertThat(ledger.enter(name(2), name(98))).isTrue();
                }
                try (FileShareLedger ledger = open()) {
                    assertThat(ledger.enter(name(2), name(12))).isFalse();
                    assertThat(ledger.enter(name(2), name(98))).isTrue();
                }
            }
        }
    }

    /** A ledger that is gone, in whole or up to its header, is not taken for a new one; nor is one made anew over another. */
    @Test
    void aLedgerThatIsLostIsNotMadeAnew() throws IOException {
        assertThatExceptionOfType(MaterialException.class)
                .isThrownBy(this::open)
                .withMessageContaining("is not there");
        assertThat(file()).doesNotExist();
        make().close();
        byte[] whole = Files.readAllBytes(file());
        assertThatExceptionOfType(MaterialException.class)
                .isThrownBy(this::make)
                .withMessageContaining("is there already");
        for (int length = 0; length < HEADER_BYTES; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThatExceptionOfType(MaterialException.class)
                    .as("%s bytes", length)
                    .isThrownBy(this::open)
                    .withMessageContaining("make new keys");
            assertThat(file()).hasSize(length);
        }
        Files.write(file(), whole);
        open().close();
    }

    /** An entry that was whole once is never taken for one written in part. */
    @Test
    void damagedLedgersAreRefused() throws IOException {
        try (FileShareLedger ledger = make()) {
            for (int i = 0; i < 3; i++) {
                ledger.enter(name(i), name(i));
            }
        }
        byte[] whole = Files.readAllBytes(file());
        for (int at = 0; at < HEADER_BYTES + 2 * ENTRY_BYTES; at++) {
            byte[] wrong = whole.clone();
            wrong[at] ^= 4;
            Files.write(file(), wrong);
            assertThatExceptionOfType(MaterialException.class)
                    .as("byte %s", at)
                    .isThrownBy(this::open)
                    .withMessageContaining("make new keys");
        }
        byte[] exchanged = whole.clone();
        System.arraycopy(whole, HEADER_BYTES, exchanged, HEADER_BYTES + ENTRY_BYTES, ENTRY_BYTES);
        System.arraycopy(whole, HEADER_BYTES + ENTRY_BYTES, exchanged, HEADER_BYTES, ENTRY_BYTES);
        Files.write(file(), exchanged);
        assertThatExceptionOfType(MaterialException.class).isThrownBy(this::open);
    }

    @Test
    void theLedgerOfAnotherKeyOrOneInUseIsRefused() {
        try (FileShareLedger ledger = make()) {
            ledger.enter(name(1), name(1));
            assertThatExceptionOfType(MaterialException.class)
                    .isThrownBy(this::open)
                    .withMessageContaining("in use");
        }
        assertThatExceptionOfType(MaterialException.class)
                .isThrownBy(() -> FileShareLedger.open(file(), name(2)))
                .withMessageContaining("another key share");
        assertThatExceptionOfType(MaterialException.class)
                .isThrownBy(() -> FileShareLedger.make(directory.resolve("none").resolve("ledger"), KEY));
    }

    /** Ends without closing anything, right after an entry. */
    public static final class Child {
        private Child() {}

        /** @param args file, number of the ciphertext */
        public static void main(String[] args) {
            int number = Integer.parseInt(args[1]);
            Path file = Path.of(args[0]);
            FileShareLedger ledger = number == 0 ? FileShareLedger.make(file, KEY) : FileShareLedger.open(file, KEY);
            boolean entered = ledger.enter(name(number), name(number + 100));
            Runtime.getRuntime().halt(entered ? 3 : 4);
        }
    }

    @Test
    void entriesOutliveAProcessThatIsKilled() throws Exception {
        for (int number = 0; number < 3; number++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            file().toString(),
                            Integer.toString(number))
                    .inheritIO()
                    .start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(3);
        }
        try (FileShareLedger ledger = open()) {
            for (int number = 0; number < 3; number++) {
                assertThat(ledger.enter(name(number), name(50))).isFalse();
                assertThat(ledger.enter(name(number), name(number + 100))).isTrue();
            }
        }
    }

    /** A party that begins again, with the seed of its key share and its ledger: the same share to the byte, and no other. */
    @Test
    void theSameShareAfterARestartAndNoOther() {
        LatticeParameters parameters;
        CollectiveChoice choice = CollectiveChoice.atDegree(
                        SecurityLevel.STANDARD, 8192, 20, 2, 10, Smudging.ofBits(50))
                .orElseThrow();
        parameters = choice.parameters();
        SummedMask mask = sum(choice).mask();
        KeySwitching switching = new KeySwitching(choice);
        int[] wanted = {3, 700};
        List<byte[]> shares = new ArrayList<>();
        for (int restart = 0; restart < 2; restart++) {
            try (FileShareLedger ledger = restart == 0 ? make() : open();
                    SecretKeyShare key = SecretKeyShare.of(parameters, Seed.of(name(8)))) {
                shares.add(switching.genShare(key, mask, wanted, ledger).encode());
                assertThatIllegalStateException()
                        .isThrownBy(() -> switching.genShare(key, mask, new int[] {3, 701}, ledger));
                shares.add(switching.genShare(key, mask, wanted, ledger).encode());
            }
        }
        assertThat(shares).allSatisfy(share -> assertThat(share).isEqualTo(shares.get(0)));
    }

    private static SummedProduct sum(CollectiveChoice choice) {
        LatticeParameters parameters = choice.parameters();
        CommonReference reference = CommonReference.combine(List.of(name(5), name(6)));
        PublicKeyGeneration generation = new PublicKeyGeneration(parameters, reference);
        List<SecretKeyShare> keys = List.of(
                SecretKeyShare.of(parameters, Seed.of(name(7))), SecretKeyShare.of(parameters, Seed.of(name(8))));
        CollectivePublicKey open = generation.aggregateShares(
                keys.stream().map(generation::genShare).toList());
        long[] message = new long[parameters.degree()];
        message[1] = 5;
        List<PartialProduct> parts = new ArrayList<>();
        try (Seed seed = Seed.of(name(9));
                Prg prg = seed.generator("test");
                CollectiveEncryptor encryptor = new CollectiveEncryptor(parameters, open, prg)) {
            CollectiveCiphertext input = encryptor.encrypt(message).plus(encryptor.encrypt(message));
            for (int party = 0; party < 2; party++) {
                try (PartialProductAccumulator sum = new PartialProductAccumulator(choice, open)) {
                    sum.accumulate(input, PlaintextPolynomial.of(parameters, message));
                    parts.add(sum.finish(new int[] {3, 700}, new long[2], prg));
                }
            }
        }
        return SummedProduct.aggregate(choice, parts);
    }
}
