package io.tacit.server.material;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.lattice.multiparty.ShareLedger;
import io.tacit.protocol.material.MaterialException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a key share that outlives the process: one file, used by one process at a time, to which entries are
 * appended. A header names the key share; an entry holds the names of ciphertext and request and a check sum, and is
 * forced to disk before the share is made. An entry that a crash cut short was of a share that was never made: it is taken
 * off at the next start. Anything else that does not fit is refused, since a ledger that has lost entries protects nothing.
 * It must not be restored from a backup, but together with the key share be given up for a new one.
 */
public final class FileShareLedger implements ShareLedger, AutoCloseable {
    /** Bytes of the name of a key share. */
    public static final int KEY_NAME_BYTES = 32;

    /** Most entries: some 100 MB of memory. */
    static final int MAX_ENTRIES = 1 << 20;

    private static final long MAGIC = 0x5441434954534C47L; // "TACITSLG"
    private static final int SUM_BYTES = Integer.BYTES;
    private static final int HEADER_BYTES = Long.BYTES + KEY_NAME_BYTES + SUM_BYTES;
    private static final int ENTRY_BYTES = 2 * NAME_BYTES + SUM_BYTES;

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;
    private final Map<String, byte[]> requests = new HashMap<>();

    private FileShareLedger(Path file, byte[] keyName, boolean isNew) {
        if (keyName.length != KEY_NAME_BYTES) {
            throw new IllegalArgumentException("a key's name of " + keyName.length + " bytes");
        }
        this.file = file;
        try {
            channel = isNew
                    ? FileChannel.open(
                            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    : FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw isNew ? unwritable(e) : damaged("is not there");
        } catch (FileAlreadyExistsException e) {
            throw new MaterialException("the ledger of key switches " + file
                    + " is there already; open it for its key share, or make another for a new one");
        } catch (IOException e) {
            throw unwritable(e);
        }
        try {
            lock = acquire();
            if (isNew) {
                append(header(keyName));
                forceDirectory();
            } else {
                load(header(keyName));
            }
        } catch (IOException | RuntimeException e) {
            try {
                channel.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e instanceof RuntimeException runtime ? runtime : unwritable((IOException) e);
        }
    }

    /**
     * Makes the ledger of a new key share, durably: together with the key share, before that is used.
     *
     * @param file not there yet
     * @param keyName of the key share, such as a hash of its part of the public key: {@link #KEY_NAME_BYTES}
     * @throws MaterialException if the file is there, or cannot be written
     */
    public static FileShareLedger make(Path file, byte[] keyName) {
        return new FileShareLedger(file, keyName, true);
    }

    /**
     * Opens the ledger of a key share that has been used before.
     *
     * @param keyName as it was made with
     * @throws MaterialException if the file is not there, cannot be written, is in use, is damaged, or is another key's
     */
    public static FileShareLedger open(Path file, byte[] keyName) {
        return new FileShareLedger(file, keyName, false);
    }

    /** Else a crash could take the whole file, and all its entries, away again. */
    private void forceDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private FileLock acquire() throws IOException {
        @Nullable FileLock acquired;
        try {
            acquired = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            acquired = null;
        }
        if (acquired == null) {
            throw new MaterialException(
                    "the ledger of key switches " + file + " is in use; one process at a time may use it");
        }
        return acquired;
    }

    private MaterialException unwritable(IOException e) {
        return new MaterialException(
                "the ledger of key switches " + file + " cannot be written (" + e.getMessage()
                        + "); make it writable or free space",
                e);
    }

    private MaterialException damaged(String what) {
        return new MaterialException(
                "the ledger of key switches " + file + " " + what + "; remove it and the key share, and make new keys");
    }

    private static ByteBuffer header(byte[] keyName) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(MAGIC).put(keyName);
        return header.putInt(sum(header.array(), HEADER_BYTES - SUM_BYTES, -1)).flip();
    }

    /** @param number of the entry: entries cannot change places */
    private static int sum(byte[] bytes, int length, int number) {
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }

    private void load(ByteBuffer header) throws IOException {
        long size = channel.size();
        ByteBuffer found = read(0, HEADER_BYTES);
        if (!found.equals(header)) {
            throw damaged("is damaged or that of another key share");
        }
        long entries = (size - HEADER_BYTES) / ENTRY_BYTES;
        if (entries > MAX_ENTRIES) {
            throw damaged("is too long");
        }
        for (int number = 0; number < entries; number++) {
            ByteBuffer entry = read(HEADER_BYTES + (long) number * ENTRY_BYTES, ENTRY_BYTES);
            byte[] bytes = entry.array();
            if (entry.getInt(ENTRY_BYTES - SUM_BYTES) != sum(bytes, ENTRY_BYTES - SUM_BYTES, number)) {
                if (number < entries - 1) {
                    throw damaged("is damaged");
                }
                entries--; // written in part
            } else {
                requests.put(
                        HexFormat.of().formatHex(bytes, 0, NAME_BYTES),
                        Arrays.copyOfRange(bytes, NAME_BYTES, 2 * NAME_BYTES));
            }
        }
        channel.truncate(HEADER_BYTES + entries * ENTRY_BYTES);
        channel.position(HEADER_BYTES + entries * ENTRY_BYTES);
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw damaged("is damaged");
            }
        }
        return bytes.flip();
    }

    private void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
    }

    @Override
    public synchronized boolean enter(byte[] ciphertext, byte[] request) {
        if (ciphertext.length != NAME_BYTES || request.length != NAME_BYTES) {
            throw new IllegalArgumentException("names of other than " + NAME_BYTES + " bytes");
        }
        String name = HexFormat.of().formatHex(ciphertext);
        byte[] before = requests.get(name);
        if (before != null) {
            return Arrays.equals(before, request);
        }
        if (requests.size() == MAX_ENTRIES) {
            throw new LimitExceeded("the ledger of key switches " + file + " is full; make new keys");
        }
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        entry.put(ciphertext).put(request);
        entry.putInt(sum(entry.array(), ENTRY_BYTES - SUM_BYTES, requests.size()));
        try {
            append(entry.flip());
        } catch (IOException e) {
            throw unwritable(e);
        }
        requests.put(name, request.clone());
        return true;
    }

    @Override
    public void close() {
        try {
            lock.close();
            channel.close();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }
}
