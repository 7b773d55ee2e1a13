package io.tacit.protocol.seco;

import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A store in which pieces can turn out to be torn when they are claimed by their ids; as stores do, it then discards them. */
final class TearableStore implements MaterialStore {
    private final MaterialStore store;
    private volatile Predicate<MaterialKind> torn = kind -> false;

    TearableStore(MaterialStore store) {
        this.store = store;
    }

    /** From now on pieces of these kinds are torn. */
    void tear(Predicate<MaterialKind> kinds) {
        torn = kinds;
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
        Claim claim = store.claim(kind, id);
        if (torn.test(kind)) {
            claim.close();
            throw new MaterialException("torn, as the test wants it");
        }
        return claim;
    }

    @Override
    public void close() {
        store.close();
    }
}
