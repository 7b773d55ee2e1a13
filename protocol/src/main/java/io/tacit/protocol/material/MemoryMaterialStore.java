package io.tacit.protocol.material;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.ProtocolAbort;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps material in memory: it ends with the process, so nothing of it can ever be used twice. */
public final class MemoryMaterialStore implements MaterialStore {
    /** Contents are cut into arrays of this length at most. */
    private static final int PART_BYTES = 1 << 20;

    private final SecureRandom random;
    private final long budgetBytes;
    private final Map<MaterialKind, Map<MaterialId, List<byte[]>>> pieces = new LinkedHashMap<>();
    /** Ids that somebody else chose, for as long as the store lives: none of them comes twice. */
    private final Map<MaterialKind, Set<MaterialId>> named = new HashMap<>();

    private long usedBytes;

    /** @param budgetBytes most bytes that are kept at a time */
    public MemoryMaterialStore(long budgetBytes, SecureRandom random) {
        this.random = random;
        this.budgetBytes = budgetBytes;
    }

    @Override
    public synchronized int ready(MaterialKind kind) {
        return pieces.getOrDefault(kind, Map.of()).size();
    }

    @Override
    public synchronized Set<MaterialKind> readyKinds() {
        return Set.copyOf(pieces.keySet());
    }

    @Override
    public synchronized long roomBytes() {
        return budgetBytes - usedBytes;
    }

    @Override
    public synchronized Set<MaterialId> readyIds(MaterialKind kind) {
        return Set.copyOf(pieces.getOrDefault(kind, Map.of()).keySet());
    }

    @Override
    public Draft create(MaterialKind kind, long sizeBytes) {
        return open(kind, MaterialId.random(random), sizeBytes);
    }

    @Override
    public synchronized Draft create(MaterialKind kind, MaterialId id, long sizeBytes) {
        Draft draft = open(kind, id, sizeBytes);
        if (!named.computeIfAbsent(kind, k -> new HashSet<>()).add(id)) {
            draft.close();
            throw new MaterialException("material " + id + " was made before; prepare new material");
        }
        return draft;
    }

    private synchronized Draft open(MaterialKind kind, MaterialId id, long sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > roomBytes()) {
            throw new LimitExceeded("prepared material may take " + budgetBytes + " bytes, " + usedBytes
                    + " are in use, " + sizeBytes + " more were asked for");
        }
        usedBytes += sizeBytes;
        return new MemoryDraft(kind, id, sizeBytes);
    }

    @Override
    public synchronized Optional<Claim> claim(MaterialKind kind) {
        Map<MaterialId, List<byte[]>> ofKind = pieces.getOrDefault(kind, Map.of());
        return ofKind.keySet().stream().findFirst().map(id -> claim(kind, id));
    }

    @Override
    public synchronized Claim claim(MaterialKind kind, MaterialId id) {
        Map<MaterialId, List<byte[]>> ofKind = pieces.getOrDefault(kind, Map.of());
        List<byte[]> parts = ofKind.isEmpty() ? null : ofKind.remove(id);
        if (parts == null) {
            throw new ProtocolAbort("store of prepared material", "claim " + id, AbortReason.MATERIAL_SPENT);
        }
        return new MemoryClaim(id, parts);
    }

    private synchronized void add(MaterialKind kind, MaterialId id, List<byte[]> parts) {
        pieces.computeIfAbsent(kind, k -> new LinkedHashMap<>()).put(id, parts);
    }

    private synchronized void release(long bytes) {
        usedBytes -= bytes;
    }

    @Override
    public synchronized void close() {
        pieces.values().forEach(ofKind -> ofKind.values().forEach(MemoryMaterialStore::wipe));
        pieces.clear();
    }

    private static void wipe(List<byte[]> parts) {
        parts.forEach(part -> Arrays.fill(part, (byte) 0));
    }

    private static List<byte[]> parts(long sizeBytes) {
        List<byte[]> parts = new ArrayList<>();
        for (long done = 0; done < sizeBytes; done += PART_BYTES) {
            parts.add(new byte[(int) Math.min(PART_BYTES, sizeBytes - done)]);
        }
        return parts;
    }

    /** A place in a list of parts. */
    private static final class Cursor {
        private final List<byte[]> parts;
        private int part;
        private int at;

        Cursor(List<byte[]> parts) {
            this.parts = parts;
        }

        /** Copies to or from {@code bytes}; whether there was room for all. */
        boolean copy(byte[] bytes, int offset, int length, boolean write) {
            int done = 0;
            while (done < length) {
                if (part == parts.size()) {
                    return false;
                }
                byte[] current = parts.get(part);
                int run = Math.min(length - done, current.length - at);
                if (write) {
                    System.arraycopy(bytes, offset + done, current, at, run);
                } else {
                    System.arraycopy(current, at, bytes, offset + done, run);
                }
                done += run;
                at += run;
                if (at == current.length) {
                    part++;
                    at = 0;
                }
            }
            return true;
        }

        boolean atEnd() {
            return part == parts.size();
        }
    }

    private final class MemoryDraft implements Draft {
        private final MaterialKind kind;
        private final MaterialId id;
        private final long sizeBytes;
        private final List<byte[]> parts;
        private final Cursor cursor;
        private boolean done;

        MemoryDraft(MaterialKind kind, MaterialId id, long sizeBytes) {
            this.kind = kind;
            this.id = id;
            this.sizeBytes = sizeBytes;
            this.parts = parts(sizeBytes);
            this.cursor = new Cursor(parts);
        }

        @Override
        public MaterialId id() {
            return id;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (done || !cursor.copy(bytes, offset, length, true)) {
                throw new IllegalStateException("more than the announced " + sizeBytes + " bytes");
            }
        }

        @Override
        public void commit() {
            if (done || !cursor.atEnd()) {
                throw new IllegalStateException("not the announced " + sizeBytes + " bytes");
            }
            done = true;
            add(kind, id, parts);
        }

        @Override
        public void close() {
            if (!done) {
                done = true;
                wipe(parts);
                release(sizeBytes);
            }
        }
    }

    private final class MemoryClaim implements Claim {
        private final MaterialId id;
        private final List<byte[]> parts;
        private final Cursor cursor;
        private final long sizeBytes;
        private boolean closed;

        MemoryClaim(MaterialId id, List<byte[]> parts) {
            this.id = id;
            this.parts = parts;
            this.cursor = new Cursor(parts);
            this.sizeBytes = parts.stream().mapToLong(part -> part.length).sum();
        }

        @Override
        public MaterialId id() {
            return id;
        }

        @Override
        public long sizeBytes() {
            return sizeBytes;
        }

        @Override
        public void read(byte[] into, int offset, int length) {
            if (closed || !cursor.copy(into, offset, length, false)) {
                throw new MaterialException("material " + id + " ends early; prepare new material");
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                wipe(parts);
                release(sizeBytes);
            }
        }
    }
}
