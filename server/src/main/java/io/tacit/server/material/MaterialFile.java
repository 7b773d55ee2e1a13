package io.tacit.server.material;

import io.tacit.client.wire.SecretFile;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * File of one piece of material: a header of {@link #HEADER_BYTES} that says what it is, then the contents in blocks of
 * {@link #BLOCK_BYTES}, each followed by its check sum. The sums (CRC-32C over the block and its number) find torn writes and failing
 * disks; they are no protection against someone who may write to the directory.
 */
final class MaterialFile {
    private static final int HEADER_BYTES = 128;
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int SUM_BYTES = Integer.BYTES;
    private static final long MAGIC = 0x5441434954504144L; // "TACITPAD"
    private static final int VERSION = 3;
    private static final int KIND_BYTES = 64;

    private MaterialFile() {}

    /** Bytes of the file for contents of some size. */
    static long fileBytes(long sizeBytes) {
        long blocks = (sizeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        return HEADER_BYTES + sizeBytes + blocks * SUM_BYTES;
    }

    private static ByteBuffer header(MaterialKind kind, MaterialId id, long epoch, long sizeBytes) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(MAGIC).putInt(VERSION).putInt(kind.word().length());
        header.put(Arrays.copyOf(kind.word().getBytes(StandardCharsets.US_ASCII), KIND_BYTES));
        header.putLong(epoch);
        header.put(HexFormat.of().parseHex(id.hex()));
        header.putLong(sizeBytes);
        CRC32C sum = new CRC32C();
        sum.update(header.array(), 0, header.position());
        header.putInt((int) sum.getValue());
        return header.rewind();
    }

    private static int sum(CRC32C crc, long block, ByteBuffer contents) {
        crc.reset();
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (block >>> shift));
        }
        crc.update(contents);
        return (int) crc.getValue();
    }

    /** Writes a file from its beginning. */
    static final class Writer implements AutoCloseable {
        private final FileChannel channel;
        private final long sizeBytes;
        private final ByteBuffer block =
                ByteBuffer.allocateDirect(BLOCK_BYTES + SUM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private final CRC32C crc = new CRC32C();
        private long blocks;
        private long written;

        Writer(Path file, MaterialKind kind, MaterialId id, long epoch, long sizeBytes) throws IOException {
            this.sizeBytes = sizeBytes;
            channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), SecretFile.ownerOnly(file));
            drain(header(kind, id, epoch, sizeBytes));
            block.limit(BLOCK_BYTES);
        }

        void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > sizeBytes - written) {
                throw new IllegalStateException("more than the announced " + sizeBytes + " bytes");
            }
            written += length;
            int done = 0;
            while (done < length) {
                int part = Math.min(length - done, block.remaining());
                block.put(bytes, offset + done, part);
                done += part;
                if (!block.hasRemaining()) {
                    endBlock();
                }
            }
        }

        private void endBlock() throws IOException {
            block.flip();
            int sum = sum(crc, blocks++, block);
            block.limit(block.limit() + SUM_BYTES).putInt(sum).flip();
            drain(block);
            block.clear().limit(BLOCK_BYTES);
        }

        private void drain(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        /** Ends the file and forces it to disk. */
        void finish() throws IOException {
            if (written != sizeBytes) {
                throw new IllegalStateException(written + " of the announced " + sizeBytes + " bytes");
            }
            if (block.position() > 0) {
                endBlock();
            }
            channel.force(true);
            close();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Reads a file from its beginning, block by block, each verified before any of it is handed out. */
    static final class Reader implements AutoCloseable {
        private final FileChannel channel;
        private final MaterialId id;
        private final long sizeBytes;
        private final ByteBuffer block =
                ByteBuffer.allocateDirect(BLOCK_BYTES + SUM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private final CRC32C crc = new CRC32C();
        private long blocks;
        private long loaded;

        /** @throws MaterialException if the file is not this piece in full length */
        Reader(Path file, MaterialKind kind, MaterialId id, long epoch) throws IOException {
            this.id = id;
            channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
                while (header.hasRemaining() && channel.read(header) >= 0) {}
                long size = header.hasRemaining() ? -1 : header.getLong(HEADER_BYTES - 24);
                sizeBytes = size;
                if (size < 0
                        || fileBytes(size) != channel.size()
                        || !header(kind, id, epoch, size).equals(header.rewind())) {
                    throw damaged();
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            block.flip();
        }

        private MaterialException damaged() {
            return new MaterialException("prepared material " + id
                    + " is torn, altered or of another store; it is discarded, prepare new material");
        }

        long sizeBytes() {
            return sizeBytes;
        }

        void read(byte[] into, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                if (!block.hasRemaining()) {
                    nextBlock();
                }
                int part = Math.min(length - done, block.remaining());
                block.get(into, offset + done, part);
                done += part;
            }
        }

        private void nextBlock() throws IOException {
            int contents = (int) Math.min(BLOCK_BYTES, sizeBytes - loaded);
            if (contents == 0) {
                throw new MaterialException("prepared material " + id + " ends early; prepare new material");
            }
            block.clear().limit(contents + SUM_BYTES);
            while (block.hasRemaining() && channel.read(block) >= 0) {}
            if (block.hasRemaining()) {
                throw damaged();
            }
            block.flip().limit(contents);
            int sum = sum(crc, blocks++, block);
            if (block.limit(contents + SUM_BYTES).getInt() != sum) {
                throw damaged();
            }
            block.flip().limit(contents);
            loaded += contents;
        }

        @Override
        public void close() throws IOException {
            block.clear();
            block.put(new byte[block.capacity()]);
            channel.close();
        }
    }
}
