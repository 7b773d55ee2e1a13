package io.tacit.client.seco;

import io.tacit.model.ModelFileException;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.UserPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What a user has of a split network, by custom {@code NAME.user.tacit}: nothing secret, and nothing of the layers that the
 * servers hold in shares.
 *
 * <pre>
 * magic     8 bytes  89 54 55 53 45 52 0D 0A
 * version   u16      2
 * content   mode u8, disclosure (kind u8, places u32), servers u8, bits of shares at the cut u8, unsigned scores u8,
 *           SHA-256 of the split, network from outside, gateway's part (length u32, {@link PublicNetworkFile}; empty for none)
 * trailer   32 bytes SHA-256 of everything before it
 * </pre>
 */
public final class UserFile {
    /** Largest file that is read, in bytes. */
    private static final int MAX_FILE_BYTES = 1 << 27;

    private static final byte[] MAGIC = {(byte) 0x89, 'T', 'U', 'S', 'E', 'R', '\r', '\n'};
    private static final int HASH_BYTES = 32;

    private UserFile() {}

    /** Writes a new file, or replaces one. */
    public static void write(UserPlan plan, Path file) throws IOException {
        Files.write(
                file,
                encode(plan),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    static byte[] encode(UserPlan plan) {
        byte[] outside = PublicNetworkFile.encode(plan.outside());
        byte[] first = plan.firstNetwork().map(PublicNetworkFile::encode).orElse(new byte[0]);
        ByteBuffer out = ByteBuffer.allocate(SplitFormat.MODE_BYTES
                + SplitFormat.DISCLOSURE_BYTES
                + 3
                + HASH_BYTES
                + SplitFormat.sectionBytes(outside)
                + SplitFormat.sectionBytes(first));
        SplitFormat.putMode(out, plan.mode());
        SplitFormat.putDisclosure(out, plan.disclosure());
        out.put((byte) plan.servers())
                .put((byte) plan.inputRing().bits())
                .put((byte) (plan.scoresAreUnsigned() ? 1 : 0))
                .put(plan.hash());
        SplitFormat.putSection(out, outside);
        SplitFormat.putSection(out, first);
        return SplitFormat.seal(MAGIC, out.array());
    }

    /** @throws ModelFileException if the file is missing, unreadable, corrupt, or contradicts itself */
    public static UserPlan read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ModelFileException("more than " + MAX_FILE_BYTES + " bytes");
            }
            return decode(Files.readAllBytes(file));
        } catch (ModelFileException e) {
            throw new ModelFileException(file + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new ModelFileException("there is no file " + file, e);
        } catch (IOException e) {
            throw new ModelFileException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    static UserPlan decode(byte[] bytes) {
        return SplitFormat.open(bytes, MAGIC, "a user's file (NAME.user.tacit, of tacit split)", in -> {
            Mode mode = SplitFormat.mode(in);
            Disclosure disclosure = SplitFormat.disclosure(in);
            int servers = in.get();
            int inputBits = in.get();
            boolean scoresAreUnsigned = in.get() != 0;
            byte[] hash = new byte[HASH_BYTES];
            in.get(hash);
            PublicNetwork outside = PublicNetworkFile.decode(SplitFormat.section(in));
            byte[] first = SplitFormat.section(in);
            return UserPlan.of(
                    outside,
                    first.length == 0 ? Optional.empty() : Optional.of(PublicNetworkFile.decode(first)),
                    inputBits,
                    disclosure,
                    scoresAreUnsigned,
                    servers,
                    mode,
                    hash,
                    PackingGoal.BALANCED);
        });
    }
}
