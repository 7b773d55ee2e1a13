package io.tacit.crypto.ot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaseTransferTest {
    private static final ECPoint G = CustomNamedCurves.getByName("secp256r1").getG();

    private static byte[] encoded(ECPoint point) {
        byte[] bytes = new byte[Curve.POINT_BYTES];
        Curve.encode(point, bytes, 0);
        return bytes;
    }

    @Test
    void receiverGetsTheKeyItChose() throws Exception {
        int count = 40;
        boolean[] choices = new boolean[count];
        Random random = new Random(4);
        for (int j = 0; j < count; j++) {
            choices[j] = random.nextBoolean();
        }
        var results = TwoParties.run(
                channel -> BaseTransfer.send(channel, TwoParties.session(1), count, TwoParties.seed(1)),
                channel -> BaseTransfer.receive(channel, TwoParties.session(1), choices, TwoParties.seed(2)));
        Set<String> all = new HashSet<>();
        for (int j = 0; j < count; j++) {
            int chosen = choices[j] ? 1 : 0;
            assertThat(results.receiver()[j]).isEqualTo(results.sender()[chosen][j]);
            all.add(HexFormat.of().formatHex(results.sender()[0][j]));
            all.add(HexFormat.of().formatHex(results.sender()[1][j]));
        }
        assertThat(all).hasSize(2 * count);
    }

    /** NIST's test vector for P-256: twice and 112233445566778899 times the generator. */
    @Test
    void multiplesOfTheGenerator() {
        String twice = "047cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
                + "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1";
        String many = "04339150844ec15234807fe862a86be77977dbfb3ae3d96f4c22795513aeaab82f"
                + "b1c14ddfdc8ec1b2583f51e85a5eb3a155840f2034730e9b5ada38b674336a21";
        BigInteger scalar = new BigInteger("112233445566778899");
        assertThat(HexFormat.of().formatHex(encoded(Curve.multiplyGenerator(BigInteger.TWO))))
                .isEqualTo(twice);
        assertThat(HexFormat.of().formatHex(encoded(Curve.multiply(G, scalar)))).isEqualTo(many);
        assertThat(HexFormat.of().formatHex(encoded(Curve.multiplyFixed(G, scalar))))
                .isEqualTo(many);
        BigInteger order = CustomNamedCurves.getByName("secp256r1").getN();
        assertThat(Curve.multiply(G, order.subtract(BigInteger.ONE))).isEqualTo(G.negate());
    }

    /** A choice bit missing from the hash made keys of a malformed session equal in other implementations. */
    @Test
    void theHashTakesEverything() {
        byte[] sender = encoded(G.twice());
        byte[] receivers = new byte[2 * Curve.POINT_BYTES];
        Curve.encode(G.threeTimes(), receivers, 0);
        Curve.encode(G.threeTimes(), receivers, Curve.POINT_BYTES);
        byte[] otherReceivers = receivers.clone();
        Curve.encode(G, otherReceivers, 0);
        byte[] session = TwoParties.session(1);
        Set<String> keys = new HashSet<>();
        keys.add(hex(BaseTransfer.key(session, 0, 0, sender, receivers, G)));
        keys.add(hex(BaseTransfer.key(session, 0, 1, sender, receivers, G)));
        keys.add(hex(BaseTransfer.key(session, 1, 0, sender, receivers, G)));
        keys.add(hex(BaseTransfer.key(TwoParties.session(2), 0, 0, sender, receivers, G)));
        keys.add(hex(BaseTransfer.key(session, 0, 0, encoded(G), receivers, G)));
        keys.add(hex(BaseTransfer.key(session, 0, 0, sender, otherReceivers, G)));
        keys.add(hex(BaseTransfer.key(session, 0, 0, sender, receivers, G.twice())));
        assertThat(keys).hasSize(7);
        assertThat(hex(BaseTransfer.key(session, 0, 0, sender, receivers, G))).isIn(keys);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** What a hostile peer may send for a point; none of them is one. */
    private static byte[] evil(String kind) {
        byte[] point = encoded(G);
        switch (kind) {
            case "infinity" -> point = new byte[Curve.POINT_BYTES];
            case "off the curve" -> point[64] ^= 1;
            case "zero coordinates" -> java.util.Arrays.fill(point, 1, 65, (byte) 0);
            case "hybrid form" -> point[0] = (byte) (6 + (point[64] & 1));
            case "compressed form" -> point[0] = (byte) (2 + (point[64] & 1));
            case "coordinate not reduced" -> {
                // p + 5 in place of 5 would be a second name of one point; x = 5 is on the curve
                byte[] x = CustomNamedCurves.getByName("secp256r1")
                        .getCurve()
                        .getField()
                        .getCharacteristic()
                        .add(BigInteger.valueOf(5))
                        .toByteArray();
                byte[] compressed = new byte[33];
                compressed[0] = 2;
                compressed[32] = 5;
                point = encoded(
                        CustomNamedCurves.getByName("secp256r1").getCurve().decodePoint(compressed));
                System.arraycopy(x, x.length - 32, point, 1, 32);
            }
            case "another curve" ->
                point = encoded(CustomNamedCurves.getByName("secp256k1").getG());
            default -> throw new IllegalArgumentException(kind);
        }
        return point;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "infinity",
                "off the curve",
                "zero coordinates",
                "hybrid form",
                "compressed form",
                "coordinate not reduced",
                "another curve"
            })
    void whatIsNoPointIsRefused(String kind) {
        byte[] evil = evil(kind);
        assertRefused(() -> TwoParties.run(
                channel -> {
                    channel.send(evil);
                    return evil;
                },
                channel -> BaseTransfer.receive(channel, TwoParties.session(1), new boolean[1], TwoParties.seed(2))));
        assertRefused(() -> TwoParties.run(
                channel -> BaseTransfer.send(channel, TwoParties.session(1), 1, TwoParties.seed(2)), channel -> {
                    channel.receive(Curve.POINT_BYTES);
                    channel.send(evil);
                    return evil;
                }));
    }

    /** B = A would make the second key the hash of infinity, known to all. */
    @Test
    void theSendersOwnPointIsRefused() {
        assertRefused(() -> TwoParties.run(
                channel -> BaseTransfer.send(channel, TwoParties.session(1), 1, TwoParties.seed(2)), channel -> {
                    byte[] point = channel.receive(Curve.POINT_BYTES);
                    channel.send(point);
                    return point;
                }));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable run) {
        assertThatThrownBy(run)
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, abort -> assertThat(abort.reason()).isEqualTo(AbortReason.OUT_OF_RANGE));
    }

    /** P-256 has prime order: unlike on Curve25519 no point of low order exists that a sender could add to learn choices. */
    @Test
    void theGroupHasNoCofactor() {
        assertThat(CustomNamedCurves.getByName("secp256r1").getH()).isEqualTo(BigInteger.ONE);
        assertThat(CustomNamedCurves.getByName("secp256r1").getN().isProbablePrime(64))
                .isTrue();
    }

    /** What the receiver sends has the same distribution for both choices. */
    @Test
    void messagesDoNotShowTheChoice() throws Exception {
        int count = 400;
        int[] ones = new int[2];
        for (int choice = 0; choice < 2; choice++) {
            boolean[] choices = new boolean[count];
            java.util.Arrays.fill(choices, choice == 1);
            int side = choice;
            TwoParties.run(
                    channel -> {
                        channel.send(encoded(G.twice()));
                        byte[] points = channel.receive(count * Curve.POINT_BYTES);
                        for (int j = 0; j < count; j++) {
                            for (int i = 1; i < Curve.POINT_BYTES; i++) {
                                ones[side] += Integer.bitCount(points[j * Curve.POINT_BYTES + i] & 255);
                            }
                        }
                        return points;
                    },
                    channel -> BaseTransfer.receive(channel, TwoParties.session(1), choices, TwoParties.seed(side)));
        }
        int bits = count * 512;
        // six standard deviations
        assertThat(ones[0]).isBetween(bits / 2 - 1360, bits / 2 + 1360);
        assertThat(ones[1]).isBetween(bits / 2 - 1360, bits / 2 + 1360);
    }

    @Test
    void aSessionHasAName() {
        assertThatThrownBy(() -> TwoParties.run(
                        channel -> BaseTransfer.send(channel, new byte[15], 1, TwoParties.seed(2)),
                        channel -> BaseTransfer.receive(channel, new byte[15], new boolean[1], TwoParties.seed(2))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
