package io.tacit.client.seco;

import io.tacit.client.wire.SecretFile;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.NetworkSplit;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.ServerShare;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What one server has of a split network, by custom {@code NAME.ROLE.tacit}: secret, a file that its account alone can read.
 * The gateway's has the gateway's own layers; the others' have a hash of what is known of them.
 *
 * <pre>
 * magic     8 bytes  89 54 53 48 52 45 0D 0A
 * version   u16      2
 * content   mode u8, rounds that are shown u32 (0 where the depth is not hidden), disclosure (kind u8, places u32), servers u8, the rest of the network ({@link PublicNetworkFile}), own layers
 *           (gateway, {@link IntegerNetworkFile}) or hash of the gateway's (others), share of the rest; each of these with its
 *           length u32, 0 for no layers
 * trailer   32 bytes SHA-256 of everything before it
 * </pre>
 *
 * @param plan as this server knows it
 * @param layers the gateway's own layers
 * @param share of the rest
 */
public record ServerFile(SecoPlan plan, Optional<IntegerNetwork> layers, ServerShare share) implements AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0x89, 'T', 'S', 'H', 'R', 'E', '\r', '\n'};
    private static final int MAX_FILE_BYTES = 1 << 30;
    private static final int HASH_BYTES = 32;

    /**
     * What everybody gets of a split.
     *
     * @param shownRounds as {@link SecoPlan#shownRounds}
     * @param split the network, cut
     * @param servers n, the gateway included
     * @throws io.tacit.crypto.channel.LimitExceeded if it takes more rounds than are to be shown; names the limits
     */
    public static SecoPlan plan(Mode mode, int shownRounds, NetworkSplit split, Disclosure disclosure, int servers) {
        return new SecoPlan(
                mode,
                shownRounds,
                split.gatewayPart().map(PublicNetwork::of),
                disclosure.known(split.remotePart()),
                disclosure,
                servers,
                PackingGoal.BALANCED);
    }

    /** Shares the network out: every server's part, the gateway's first. */
    public static List<ServerFile> of(SecoPlan plan, NetworkSplit split, SecureRandom random) {
        List<ServerFile> files = new ArrayList<>();
        for (ServerShare share : ServerShare.split(plan.rest(), split.remotePart(), random)) {
            files.add(new ServerFile(
                    plan, share.server() == SecoPlan.GATEWAY ? split.gatewayPart() : Optional.empty(), share));
        }
        return files;
    }

    /** Writes a new file. @throws io.tacit.client.wire.InvalidIdentity if it is there already */
    public void write(Path file) throws IOException {
        byte[] bytes = encode();
        try {
            SecretFile.write(file, bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    byte[] encode() {
        byte[] rest = PublicNetworkFile.encode(plan.rest().sharing().network());
        byte[] first = share.server() == SecoPlan.GATEWAY
                ? layers.map(IntegerNetworkFile::encode).orElse(new byte[0])
                : plan.firstHash().orElse(new byte[0]);
        byte[] secret = share.encode();
        ByteBuffer out = ByteBuffer.allocate(SplitFormat.MODE_BYTES
                + Integer.BYTES
                + SplitFormat.DISCLOSURE_BYTES
                + 1
                + SplitFormat.sectionBytes(rest)
                + SplitFormat.sectionBytes(first)
                + SplitFormat.sectionBytes(secret));
        SplitFormat.putMode(out, plan.mode());
        out.putInt(plan.shownRounds());
        SplitFormat.putDisclosure(out, plan.rest().sharing().disclosure());
        out.put((byte) plan.servers());
        SplitFormat.putSection(out, rest);
        SplitFormat.putSection(out, first);
        SplitFormat.putSection(out, secret);
        byte[] bytes = SplitFormat.seal(MAGIC, out.array());
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(out.array(), (byte) 0);
        return bytes;
    }

    /**
     * Reads the file of a server; the caller closes it.
     *
     * @param server number of the server that it must be for
     * @throws ModelFileException if it is not such a file, corrupt, or another server's
     * @throws io.tacit.client.wire.InvalidIdentity if it is missing, or can be read by other accounts
     */
    public static ServerFile read(Path file, int server) {
        byte[] bytes = SecretFile.read(file, MAX_FILE_BYTES);
        try {
            return decode(bytes, server);
        } catch (ModelFileException e) {
            throw new ModelFileException(file + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    static ServerFile decode(byte[] bytes, int server) {
        return SplitFormat.open(bytes, MAGIC, "a server's part of a network (NAME.ROLE.tacit, of tacit split)", in -> {
            Mode mode = SplitFormat.mode(in);
            int shownRounds = in.getInt();
            Disclosure disclosure = SplitFormat.disclosure(in);
            int servers = in.get();
            PublicNetwork rest = PublicNetworkFile.decode(SplitFormat.section(in));
            byte[] first = SplitFormat.section(in);
            byte[] secret = SplitFormat.section(in);
            try {
                Optional<IntegerNetwork> layers = server == SecoPlan.GATEWAY && first.length > 0
                        ? Optional.of(IntegerNetworkFile.decode(first))
                        : Optional.empty();
                SecoPlan plan = server == SecoPlan.GATEWAY
                        ? new SecoPlan(
                                mode,
                                shownRounds,
                                layers.map(PublicNetwork::of),
                                rest,
                                disclosure,
                                servers,
                                PackingGoal.BALANCED)
                        : SecoPlan.atServer(
                                mode, shownRounds, hash(first), rest, disclosure, servers, PackingGoal.BALANCED);
                ServerShare share = ServerShare.decode(plan.rest(), secret);
                if (share.server() != server) {
                    throw new ModelFileException("this is the part of " + SecoPlan.role(share.server()) + ", not of "
                            + SecoPlan.role(server));
                }
                return new ServerFile(plan, layers, share);
            } finally {
                Arrays.fill(secret, (byte) 0);
            }
        });
    }

    private static Optional<byte[]> hash(byte[] first) {
        if (first.length != 0 && first.length != HASH_BYTES) {
            throw new ModelFileException("this is the gateway's part of a network");
        }
        return first.length == 0 ? Optional.empty() : Optional.of(first);
    }

    /** Overwrites the share. */
    @Override
    public void close() {
        share.close();
    }
}
