package io.tacit.protocol.material;

import java.util.Optional;
import java.util.Set;

/** A store around another; a test changes what it is about. */
public class DelegatingStore implements MaterialStore {
    private final MaterialStore store;

    /** @param store does everything */
    protected DelegatingStore(MaterialStore store) {
        this.store = store;
    }

    @Override
    public int ready(MaterialKind kind) {
        return store.ready(kind);
    }

    @Override
    public Set<MaterialKind> readyKinds() {
        return store.readyKinds();
    }

    @Override
    public long roomBytes() {
        return store.roomBytes();
    }

    @Override
    public Set<MaterialId> readyIds(MaterialKind kind) {
        return store.readyIds(kind);
    }

    @Override
    public Draft create(MaterialKind kind, long sizeBytes) {
        return store.create(kind, sizeBytes);
    }

    @Override
    public Draft create(MaterialKind kind, MaterialId id, long sizeBytes) {
        return store.create(kind, id, sizeBytes);
    }

    @Override
    public Optional<Claim> claim(MaterialKind kind) {
        return store.claim(kind);
    }

    @Override
    public Claim claim(MaterialKind kind, MaterialId id) {
        return store.claim(kind, id);
    }

    @Override
    public void close() {
        store.close();
    }
}
